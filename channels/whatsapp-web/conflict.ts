import type { Parts } from './parts.ts';
import { takeOver } from './page.ts';

/**
 * Another browser took the session: it is taken back. Two that take it from each other at once would never end, so there is a
 * pause first. Asked by the library, which says so once, and by every heartbeat that finds it still so.
 */
export function takeSessionBack({ client, facts, life, state, timings }: Parts): void {
  if (facts.takingBack) return;
  facts.takingBack = true;
  state.set('degraded', 'conflict');
  life.after(timings.takeoverAfterMs, 'takeover', async () => {
    try {
      if (client.pupPage) await takeOver(client.pupPage, timings.probeTimeoutMs);
    } finally {
      facts.takingBack = false;
    }
  });
}
