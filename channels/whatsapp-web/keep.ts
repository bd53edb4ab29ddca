import { wordsOf } from './classify.ts';
import { open, type Connection } from './connection.ts';
import { timingsOf, type LineSettings } from './settings.ts';
import type { LineCallbacks } from './state.ts';
import { pause } from './waiting.ts';

/**
 * Keeps a line: one browser after the other until the signal fires, with waits that double and begin anew after each
 * browser that was connected. Refusals that only a person can mend (`LineRefused`) are thrown. Where an engine retries (an
 * activity), `open` is called directly instead.
 */
export async function keep(
  settings: LineSettings,
  callbacks: LineCallbacks,
  signal: AbortSignal,
  onConnection: (connection: Connection | null) => void,
): Promise<void> {
  const { first, most } = timingsOf(settings).retryMs;
  const asked = (): boolean => signal.aborted;
  for (let waitMs = first; !asked(); waitMs = Math.min(waitMs * 2, most)) {
    const connection = await open(settings, callbacks);
    onConnection(connection);
    const stop = (): void => {
      connection
        .stop('line-stopped')
        .catch((error: unknown) => callbacks.onLog('line.stop-failed', { error: wordsOf(error) }));
    };
    if (asked()) stop();
    else signal.addEventListener('abort', stop, { once: true });
    const ended = await connection.done;
    signal.removeEventListener('abort', stop);
    onConnection(null);
    if (asked()) return;
    if (connection.report().connectedSinceMs !== null) waitMs = first;
    callbacks.onLog('line.ended', { ...ended, waitMs });
    await pause(waitMs, signal);
  }
}
