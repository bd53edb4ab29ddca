import { userAgentOf } from './chromium.ts';
import { wordsOf } from './classify.ts';
import { takeSessionBack } from './conflict.ts';
import { onLoggedOut, onQr, watchStart } from './linking.ts';
import { showUp, type Parts } from './parts.ts';
import { onReady } from './ready.ts';
import type { Browser, Page } from './steady-client.ts';

/** What the library says about itself. */
export function listenToClient(parts: Parts): void {
  const { callbacks, client, facts, life, qr, state } = parts;
  client.on('qr', (text) => life.run('qr', () => onQr(parts, text)));
  client.on('code', (code) => callbacks.onPairingCode(code));
  client.on('loading_screen', () => {
    if (!facts.authenticated) watchStart(parts, 'never-authenticated');
  });
  client.on('authenticated', () => {
    facts.authenticated = true;
    if (facts.ready) return;
    qr.scanned();
    state.set('starting', 'authenticated');
    watchStart(parts, 'authenticated-without-ready');
  });
  client.on('ready', () => {
    life.run('ready', async () => {
      try {
        await onReady(parts);
      } catch (error) {
        life.end({ how: 'failed', why: 'not-ready', detail: wordsOf(error) });
      }
    });
  });
  client.on('disconnected', (reason) => onDisconnected(parts, reason));
  client.on('change_state', (change) => {
    const socket: string = change;
    if (!facts.ready || facts.loggedOut) return;
    if (socket === 'CONNECTED') showUp(parts);
    else if (socket !== 'CONFLICT') state.set('degraded', 'socket-opening');
  });
}

/** What the browser says. The library attaches none of these: without them a dead page stays "connected" for ever. */
export async function listenToBrowser(parts: Parts, browser: Browser, page: Page): Promise<void> {
  const { life } = parts;
  page.on('error', (error) => life.end({ how: 'failed', why: 'page-crashed', detail: wordsOf(error) }));
  page.on('close', () => life.end({ how: 'failed', why: 'page-closed', detail: 'the page was closed' }));
  browser.on('disconnected', () =>
    life.end({ how: 'failed', why: 'browser-gone', detail: 'the browser ended' }),
  );
  page.on('framenavigated', (frame) => {
    if (frame.url().includes('post_logout=1')) life.run('logout', () => onLoggedOut(parts));
  });
  await page.setUserAgent({ userAgent: userAgentOf(await browser.version()) });
}

function onDisconnected(parts: Parts, reason: string): void {
  const { life, settings } = parts;
  switch (reason) {
    case 'LOGOUT':
      life.run('logout', () => onLoggedOut(parts));
      return;
    case 'CONFLICT':
      takeSessionBack(parts);
      return;
    case 'UNPAIRED':
    case 'UNPAIRED_IDLE':
      // The logout that usually follows says more; when none does, the heartbeat notices.
      return;
    case 'DEPRECATED_VERSION':
      settings.memory.pages.failed();
      life.end({ how: 'failed', why: 'page-version-refused', detail: reason });
      return;
    default:
      life.end({ how: 'failed', why: 'connection-refused-by-whatsapp', detail: reason });
      return;
  }
}
