// The page's life: restore the login or show QRs, then follow the servers' events.
let session = null;
let qrTimer = null;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function newRef() {
  clearTimeout(qrTimer);
  const { ref, everyMs, last } = await call('ref', { session });
  Conn.set('ref', ref);
  Socket.set('state', 'UNPAIRED');
  // After a handful of refs WhatsApp stops and asks for a click: UNPAIRED_IDLE.
  qrTimer = setTimeout(() => (last ? Socket.set('state', 'UNPAIRED_IDLE') : newRef()), everyMs);
}

function loadSnapshot(hello) {
  me.pn = wid(hello.me.pn);
  me.lid = wid(hello.me.lid);
  Object.assign(Conn, { pushname: hello.me.name, wid: me.pn, platform: 'android' });
  if (hello.faults.withoutReady) modules.WAWebSyncGatingUtils = undefined;
  for (const wire of hello.history) take(wire, false);
  for (const [id, unread] of Object.entries(hello.unread)) chatOf(id).unreadCount = unread;
}

/** Synced is told once somebody may listen; with a negative delay before that, and the library waits for what has passed. */
async function synced(delayMs) {
  Socket.set('state', 'CONNECTED');
  if (delayMs < 0) return Socket.set('hasSynced', true);
  while (typeof window.onAppStateHasSyncedEvent !== 'function') await pause(20);
  await pause(delayMs);
  Socket.set('hasSynced', true);
  return undefined;
}

/** As on the real page: the login is wiped by the page itself, then it loads anew with `post_logout`. */
async function unlinked() {
  await login(null);
  Cmd.trigger('logout');
  await pause(50);
  location.href = 'https://web.whatsapp.com/?post_logout=1';
}

const handlers = {
  paired: async ({ token }) => {
    clearTimeout(qrTimer);
    Socket.set('state', 'PAIRING');
    await login({ token });
    session = token;
    await connect(token);
  },
  message: ({ message }) => take(message, true),
  ack: ({ id, ack }) =>
    Msg.getModelsArray()
      .find((one) => one.id.id === id && one.id.fromMe)
      ?.set('ack', ack),
  edit: ({ id, body }) =>
    Msg.getModelsArray()
      .find((one) => one.id.id === id)
      ?.set('body', body),
  revoke: ({ id }) =>
    Msg.getModelsArray()
      .find((one) => one.id.id === id)
      ?.set('type', 'revoked'),
  reaction: ({ reaction }) => {
    remember(reaction.identity);
    const parent = Msg.getModelsArray().find((one) => one.id.id === reaction.to);
    const key = new MsgKey({ fromMe: false, remote: reaction.chat, id: reaction.id });
    reactionTableMode.bulkUpsert([
      {
        id: key,
        reactionParentKey: parent?.id,
        reactionTimestamp: reaction.t * 1000,
        author: wid(reaction.from),
        from: wid(reaction.from),
        reactionText: reaction.emoji,
        read: false,
      },
    ]);
  },
  unlinked,
  conflict: () => Socket.set('state', 'CONFLICT'),
  'unheard-conflict': () => {
    Socket.state = 'CONFLICT';
  },
  lie: () => {
    faults.lying = true;
  },
  hang: () => {
    for (;;);
  },
  reload: () => location.reload(),
};

async function follow() {
  let after = 0;
  for (;;) {
    try {
      const answer = await call('events', { session, after, wait: Socket.state !== 'OPENING' });
      if (Socket.state === 'OPENING' && me.pn) Socket.set('state', 'CONNECTED');
      for (const event of answer.events) {
        after = event.seq;
        await handlers[event.type]?.(event);
      }
    } catch {
      // The wire is cut: the page says so by its socket state and keeps trying, as WhatsApp Web does.
      if (Socket.state === 'CONNECTED') Socket.set('state', 'OPENING');
      await pause(300);
    }
  }
}

async function connect(token) {
  const hello = await call('hello', { token });
  if (!hello.linked) return unlinked();
  loadSnapshot(hello);
  void synced(hello.syncDelayMs);
  return undefined;
}

async function boot() {
  const kept = await login();
  session = kept?.token ?? crypto.randomUUID();
  for (;;) {
    try {
      if (kept?.token) await connect(kept.token);
      else await newRef();
      break;
    } catch {
      await pause(300);
    }
  }
  void follow();
}
void boot();
