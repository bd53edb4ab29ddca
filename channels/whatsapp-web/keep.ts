import { open, type Connection } from './connection.ts';
import { wordsOf } from './classify.ts';
import type { LineSettings } from './settings.ts';
import { timingsOf } from './settings.ts';
import type { LineCallbacks } from './state.ts';
import { pause } from './waiting.ts';

/** A browser that stayed up this long was well: the next failure starts with the shortest wait again. */
const WAS_WELL_MS = 60_000;

/**
 * Keeps a line: one browser after the other until the signal fires, with waits that double. Refusals that only a person
 * can mend (`LineRefused`) are thrown. Where an engine retries (an activity), `open` is called directly instead.
 */
export async function keep(
  settings: LineSettings,
  callbacks: LineCallbacks,
  signal: AbortSignal,
  onConnection: (connection: Connection | null) => void,
): Promise<void> {
  const { first, most } = timingsOf(settings).retryMs;
  let waitMs = first;
  while (!signal.aborted) {
    const began = Date.now();
    const connection = await open(settings, callbacks);
    onConnection(connection);
    const stop = (): void =>
      void connection
        .stop('line-stopped')
        .catch((error: unknown) => callbacks.onLog('line.stop-failed', { error: wordsOf(error) }));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    const ended = await connection.done;
    signal.removeEventListener('abort', stop);
    onConnection(null);
    if (signal.aborted) return;
    if (Date.now() - began > WAS_WELL_MS || connection.report().connectedSinceMs !== null) waitMs = first;
    callbacks.onLog('line.ended', { ...ended, waitMs });
    await pause(waitMs, signal);
    waitMs = Math.min(waitMs * 2, most);
  }
}
