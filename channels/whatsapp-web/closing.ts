import { wordsOf } from './classify.ts';
import type { Parts } from './parts.ts';
import { endProcessesOf } from './processes.ts';
import type { Ended } from './state.ts';
import { within } from './waiting.ts';

/** Politely first, so that the browser writes its databases out; then by force. The folder is free afterwards. */
export async function close(parts: Parts, ended: Ended): Promise<void> {
  const { callbacks, client, paths, prepared, settings, state, timings } = parts;
  if (ended.how === 'stopped') state.set('stopped', ended.why);
  else if (state.now.state !== 'logged-out') state.set('degraded', ended.why);
  try {
    // A browser that has just not answered twice will not answer to this either.
    const closing = ended.why === 'page-silent' ? undefined : client.pupBrowser?.close();
    if (closing) await within(timings.closeTimeoutMs, 'closing the browser', closing);
  } catch (error) {
    callbacks.onLog('line.browser-killed', { because: wordsOf(error) });
  }
  try {
    await endProcessesOf(paths.profile);
    await settings.memory.seen.save();
  } finally {
    await prepared.claim.release();
  }
}
