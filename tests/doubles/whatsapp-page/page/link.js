// The page's wire to the control server ("the phone and WhatsApp's servers"), and the login kept in the profile.
const CONTROL = '__CONTROL__';
const faults = { lying: false };
const forever = () => new Promise(() => undefined);

/** While the page lies, nothing of it reaches the servers and nothing ever comes back: as with a dead socket. */
async function call(path, body) {
  if (faults.lying) return forever();
  const response = await fetch(`${CONTROL}/device/${path}?token=${encodeURIComponent(session ?? '')}`, {
    method: 'POST',
    body: JSON.stringify(body ?? {}),
  });
  if (!response.ok)
    throw Object.assign(new Error(`server said ${response.status}`), { status: response.status });
  return response.json();
}

// The login lives where WhatsApp Web keeps its own: IndexedDB, written durably, so that it survives kill -9.
const openLogin = () =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open('signal-storage', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('login');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
async function login(change) {
  const database = await openLogin();
  const transaction = database.transaction('login', change === undefined ? 'readonly' : 'readwrite', {
    durability: 'strict',
  });
  const store = transaction.objectStore('login');
  const request =
    change === undefined ? store.get('me') : change === null ? store.clear() : store.put(change, 'me');
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
  database.close();
  return request.result;
}
