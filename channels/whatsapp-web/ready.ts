import { missedSince } from './catch-up.ts';
import { wordsOf } from './classify.ts';
import { replaceFile } from './files.ts';
import { calm } from './linking.ts';
import { whoAmI, type Identity } from './page.ts';
import { showUp, type Parts } from './parts.ts';
import { backUp } from './rounds.ts';
import type { Page } from './steady-client.ts';
import { within } from './waiting.ts';

const CATCH_UP_ATTEMPTS = 3;

/** The line is up: remember that this login works, read what was missed, then hear what comes. */
export async function onReady(parts: Parts): Promise<void> {
  const { client, facts, life, paths, settings, timings } = parts;
  const page = client.pupPage;
  // `ready` is also said when the library's listeners could not be attached the first time.
  if (!page || !client.listening) return;
  if (facts.ready && facts.me) {
    // The page loaded anew by itself: what came meanwhile is only in the chats.
    const { me } = facts;
    life.run('catch-up', () => catchUp(parts, page, me));
    return;
  }
  facts.me = await whoAmI(page, timings.probeTimeoutMs);
  facts.ready = true;
  settings.memory.beyondRepair = false;
  // The copy that was restored last has brought the login back: should this one be damaged, too, it may be taken again.
  settings.memory.triedBackups.clear();
  facts.loggedOut = false;
  facts.believedLinked = true;
  facts.connectedSinceMs = Date.now();
  calm(parts);
  await replaceFile(paths.linked, JSON.stringify({ since: Date.now() }));
  const version = await within(timings.probeTimeoutMs, 'the page’s version', client.getWWebVersion());
  await settings.memory.pages.worked(version, client.liveHtml);
  showUp(parts);
  const { me } = facts;
  life.run('catch-up', () => catchUp(parts, page, me));
  life.run('backup', () => backUp(parts));
}

/** What arrived while the line was down comes first; only then what is heard now. */
async function catchUp(
  { callbacks, client, hearing, life, settings }: Parts,
  page: Page,
  me: Identity,
): Promise<void> {
  const { seen } = settings.memory;
  const since = seen.untilMs;
  seen.owe(true);
  for (let attempt = 1; !life.over.aborted; attempt++) {
    try {
      const missed = since === null ? [] : await missedSince(client, page, since);
      if (since === null) await seen.start(Date.now());
      // Still owed where this browser ended in the middle: the next one reads from the same mark.
      if (!(await hearing.begin(me, missed))) return;
      seen.owe(false);
      callbacks.onLog('line.caught-up', { messages: missed.length });
      return;
    } catch (error) {
      callbacks.onLog('line.catch-up-failed', { attempt, error: wordsOf(error) });
      // Going on without would hide a customer's message: a new browser reads the chats again.
      if (attempt === CATCH_UP_ATTEMPTS)
        life.end({ how: 'failed', why: 'history-unreadable', detail: wordsOf(error) });
    }
  }
}
