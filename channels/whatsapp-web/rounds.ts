import { wordsOf } from './classify.ts';
import { takeSessionBack } from './conflict.ts';
import { watchStart } from './linking.ts';
import { tellSynced, type Vitals } from './page.ts';
import { showUp, type Parts } from './parts.ts';
import { memoryOf } from './processes.ts';
import { PROFILE_LIMIT_BYTES, sizeOf } from './profile.ts';
import type { Page } from './steady-client.ts';
import type { Verdict } from './vital-signs.ts';

const SLIM_EVERY_MS = 24 * 3600_000;

/** At most so often while all is well, or while the page comes up. */
const SOON_MS = 1_000;

/** After a silence, and while the page comes up, the next look comes soon: a missed moment must not cost a heartbeat. */
export function nextLookInMs({ facts, signs, state, timings }: Parts): number {
  const { lookAgainMs, probeEveryMs } = timings;
  if (signs.missed > 0) return Math.min(probeEveryMs, lookAgainMs);
  const comingUp = !facts.ready && state.now.state === 'starting';
  return Math.min(probeEveryMs, comingUp ? SOON_MS : Math.max(signs.roundTripDueInMs, SOON_MS));
}

/** One heartbeat: look, judge, act, and say to other machines that the line is held. */
export async function probe(parts: Parts): Promise<void> {
  const { client, facts, life, paths, prepared, signs, state } = parts;
  const page = client.pupPage;
  if (!page) return;
  const before = state.now;
  const { ready } = facts;
  const sign = await signs.look(page, ready);
  if (life.over.aborted) return;
  const verdict = signs.judge(sign);
  // First of all: what else a heartbeat does takes time on a busy machine, and somebody waits for the new browser.
  if (verdict.is === 'dead') {
    life.end({ how: 'failed', why: verdict.why, detail: verdict.detail });
    return;
  }
  // What page and library said while we looked (a conflict, a socket that opened) is younger than what we saw.
  if (ready && state.now === before) show(parts, verdict);
  // A page that was just loading when it lost the session has told nobody.
  if (ready && 'vitals' in sign && sign.vitals.state === 'CONFLICT') takeSessionBack(parts);
  facts.lastProbe = { atMs: Date.now(), tookMs: 'tookMs' in sign ? sign.tookMs : null };
  facts.browserBytes = await memoryOf(paths.profile);
  try {
    await prepared.claim.renew();
  } catch (error) {
    life.end({ how: 'failed', why: 'line-taken-over', detail: wordsOf(error) });
    return;
  }
  if (!facts.ready && verdict.is === 'well' && 'vitals' in sign) await helpStart(parts, page, sign.vitals);
}

function show(parts: Parts, verdict: Exclude<Verdict, { is: 'dead' }>): void {
  const { state } = parts;
  if (verdict.is === 'well') showUp(parts);
  else if (state.now.why !== 'conflict') state.set('degraded', verdict.why);
}

/** A page that is further than the library has noticed: it waits for moments that may have passed before it listened. */
async function helpStart(parts: Parts, page: Page, vitals: Vitals): Promise<void> {
  const { facts, qr, state, timings } = parts;
  if (state.now.state === 'needs-qr' && vitals.state === 'CONNECTED') {
    qr.scanned();
    state.set('starting', 'linked');
    watchStart(parts, 'never-authenticated');
  }
  // Told twice it would listen twice.
  if (vitals.synced && !vitals.injected && !facts.authenticated)
    await tellSynced(page, timings.probeTimeoutMs);
}

/** A copy of the login, taken only while it works, and not more often than agreed however often the line comes back. */
export async function backUp(parts: Parts): Promise<void> {
  const { callbacks, facts, paths, prepared, settings, state, timings } = parts;
  const { memory } = settings;
  facts.profileBytes = await sizeOf(paths.profile);
  slim(parts);
  if (state.now.state !== 'connected' && state.now.state !== 'no-new-chats') return;
  if (Date.now() - memory.lastBackup.atMs < timings.backupEveryMs) return;
  const result = await prepared.backups.save();
  if (result.did === 'saved') {
    facts.lastBackupAtMs = Date.now();
    memory.triedBackups.clear();
  }
  if (result.did !== 'unchanged') callbacks.onLog('line.backup', result);
}

/** Caches can be pruned, and memory given back, only between two browsers. At most once a day, and never in mid-send. */
function slim({ facts, life, settings, timings }: Parts): void {
  const { memory } = settings;
  const profile = (facts.profileBytes ?? 0) > PROFILE_LIMIT_BYTES;
  const browser = (facts.browserBytes ?? 0) > timings.browserLimitBytes;
  if ((!profile && !browser) || memory.sends.anyFlying || Date.now() - memory.prunedAtMs < SLIM_EVERY_MS)
    return;
  memory.prunedAtMs = Date.now();
  const detail = `profile ${facts.profileBytes ?? 0} bytes, browser ${facts.browserBytes ?? 0} bytes`;
  life.end({ how: 'failed', why: profile ? 'profile-too-large' : 'browser-too-large', detail });
}
