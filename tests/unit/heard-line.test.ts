import { describe, expect, it } from 'vitest';
import { asHeard, isHeard } from '../../api/heard-line.ts';
import { line } from '../../api/schemas/line.ts';
import { merchantId } from '../../domain/ids.ts';

const NOW = 1_790_000_000_000;

const connected = line.parse({
  id: 'main',
  channel: 'whatsapp-web',
  account: 'shop/main',
  config: {},
  desired: 'started',
  pace: null,
  state: 'connected',
  since: new Date(NOW).toISOString(),
  reason: 'connected',
  quality: 'excellent',
  history: [],
  pausedUntil: null,
  waiting: 0,
  advice: [],
});
const lastHeardAgo = (ms: number) => ({
  lineMail: { lastBeat: () => Promise.resolve({ atMs: Date.now() - ms, seen: null }) },
});
const shown = (ms: number, view = connected) => asHeard(lastHeardAgo(ms), merchantId('shop'), view);

describe('a line’s holder', () => {
  it('is heard of for two heartbeats and a half, and not when nobody holds the line', () => {
    expect(isHeard({ atMs: NOW - 24_000, seen: null }, NOW)).toBe(true);
    expect(isHeard({ atMs: NOW - 25_000, seen: null }, NOW)).toBe(false);
    expect(isHeard(null, NOW)).toBe(false);
  });

  it('that was killed leaves no line behind that is shown as connected', async () => {
    expect(await shown(60_000)).toMatchObject({
      state: 'degraded',
      reason: 'holder-silent',
      quality: 'lost',
      advice: [{ code: 'start-worker' }],
    });
    expect(await shown(1_000)).toEqual(connected);
  });

  it('is not asked for where there is none: another channel, or a line that is down anyway', async () => {
    for (const other of [
      { ...connected, channel: 'evolution' as const },
      { ...connected, state: 'stopped' as const },
    ])
      expect(await shown(60_000, other)).toEqual(other);
  });
});
