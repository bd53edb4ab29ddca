import { wordsOf } from './classify.ts';
import { tellSynced } from './page.ts';
import { showUp, type Parts } from './parts.ts';
import { memoryOf } from './processes.ts';
import { sizeOf } from './profile.ts';

/** One heartbeat: look, judge, act, and say to other machines that the line is held. */
export async function probe(parts: Parts): Promise<void> {
  const { client, facts, life, paths, prepared, signs, state, timings } = parts;
  const page = client.pupPage;
  if (!page) return;
  const sign = await signs.look(page, facts.ready);
  if (life.over.aborted) return;
  const verdict = signs.judge(sign);
  facts.lastProbe = { atMs: Date.now(), tookMs: 'tookMs' in sign ? sign.tookMs : null };
  facts.browserBytes = await memoryOf(paths.profile);
  try {
    await prepared.claim.renew();
  } catch (error) {
    life.end({ how: 'failed', why: 'taken-over', detail: wordsOf(error) });
    return;
  }
  switch (verdict.is) {
    case 'dead':
      life.end({ how: 'failed', why: verdict.why, detail: verdict.detail });
      return;
    case 'ailing':
      if (facts.ready && state.now.why !== 'conflict') state.set('degraded', verdict.why);
      return;
    case 'well':
      if (facts.ready) showUp(parts);
      // The library listens for a moment that may have passed before it listened.
      else if (state.now.state === 'starting' && missedItsMoment(sign))
        await tellSynced(page, timings.probeTimeoutMs);
  }
}

const missedItsMoment = (sign: Awaited<ReturnType<Parts['signs']['look']>>): boolean =>
  'vitals' in sign && sign.vitals.synced && !sign.vitals.injected;

/** A copy of the login, taken only while it works. */
export async function backUp({ callbacks, facts, paths, prepared, settings, state }: Parts): Promise<void> {
  if (state.now.state !== 'connected' && state.now.state !== 'no-new-chats') return;
  const result = await prepared.backups.save();
  facts.profileBytes = await sizeOf(paths.profile);
  if (result.did === 'saved') {
    facts.lastBackupAtMs = Date.now();
    settings.memory.triedBackups.clear();
  }
  if (result.did !== 'unchanged') callbacks.onLog('line.backup', result);
}
