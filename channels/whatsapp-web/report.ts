import type { Parts } from './parts.ts';
import type { LineReport } from './state.ts';

/** Faster than this nobody notices the page. */
const EXCELLENT_MS = 500;

export function reportOf({ facts, qr, settings, signs, source, state, timings }: Parts): LineReport {
  const took = facts.lastProbe?.tookMs ?? null;
  return {
    state: state.now.state,
    since: state.now.atMs,
    why: state.now.why,
    quality: quality(),
    lastProbeAtMs: facts.lastProbe?.atMs ?? null,
    answeredInMs: took,
    connectedSinceMs: facts.connectedSinceMs,
    browserBytes: facts.browserBytes,
    profileBytes: facts.profileBytes,
    lastBackupAtMs: facts.lastBackupAtMs,
    qr: qr.shown,
    beyondRepair: settings.memory.beyondRepair,
    pageFrom: source.from,
    me: facts.me,
  };

  function quality(): LineReport['quality'] {
    const up = ['connected', 'no-new-chats'].includes(state.now.state) || state.now.why === 'page-slow';
    if (!facts.ready || !up || signs.missed > 0) return 'lost';
    if (took === null || took < EXCELLENT_MS) return 'excellent';
    return took < timings.slowMs ? 'good' : 'poor';
  }
}
