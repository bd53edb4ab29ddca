import { rm } from 'node:fs/promises';
import type { Parts } from './parts.ts';

/** A QR: somebody has to scan; or, where nobody unlinked the phone, the login was lost here and a backup takes its place. */
export async function onQr(parts: Parts, text: string): Promise<void> {
  const { facts, life, qr, settings, state } = parts;
  calm(parts);
  if (facts.believedLinked && !facts.loggedOut) {
    settings.memory.loginLost = true;
    life.end({
      how: 'failed',
      why: 'login-lost',
      detail: 'the page asks for a QR though the phone is linked',
    });
    return;
  }
  settings.memory.beyondRepair = false;
  await qr.came(text);
  if (!life.over.aborted && !facts.ready) state.set('needs-qr', qr.ended ? 'nobody-scanned' : 'scan');
}

/** The phone unlinked this device. The copies of the old login open nothing any more: they are kept, and not restored. */
export async function onLoggedOut(parts: Parts): Promise<void> {
  const { facts, life, paths, prepared, state } = parts;
  if (facts.loggedOut) return;
  facts.loggedOut = true;
  facts.believedLinked = false;
  facts.ready = false;
  state.set('logged-out', 'unlinked-on-phone');
  await rm(paths.linked, { force: true });
  await prepared.backups.retire(paths.kept);
  life.end({ how: 'failed', why: 'logged-out', detail: 'this device was unlinked on the phone' });
}

/** A start that stands still is begun anew, with the login as it is. Each sign of progress winds it up again. */
export function watchStart(parts: Parts, why: 'never-authenticated' | 'authenticated-without-ready'): void {
  const { facts, life, state, timings } = parts;
  calm(parts);
  if (facts.ready || state.now.state === 'needs-qr') return;
  const ms = why === 'never-authenticated' ? timings.syncTimeoutMs : timings.readyTimeoutMs;
  facts.watchdog = life.after(ms, why, () => {
    life.end({ how: 'failed', why, detail: `nothing for ${ms} ms` });
    return Promise.resolve();
  });
}

export function calm({ facts }: Parts): void {
  if (facts.watchdog) clearTimeout(facts.watchdog);
  facts.watchdog = null;
}
