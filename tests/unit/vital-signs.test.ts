import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answering } from '../../channels/whatsapp-web/page.ts';
import { TIMINGS } from '../../channels/whatsapp-web/timings.ts';
import { VitalSigns, type Verdict } from '../../channels/whatsapp-web/vital-signs.ts';

const WELL = { state: 'CONNECTED', synced: true, injected: true, online: true, chats: 3 };

/** A page that always says CONNECTED; its servers answer after so many ms, or never. */
function page(serversAnswerInMs: number | null): Answering {
  return {
    evaluate: (question) =>
      question.includes('queryWidExists')
        ? new Promise((answer) => {
            if (serversAnswerInMs !== null) setTimeout(() => answer(true), serversAnswerInMs);
          })
        : Promise.resolve(WELL),
  };
}

/** Looks as the heartbeat does, until the page counts as well or as dead; tells how long that took. */
async function verdictOn(signs: VitalSigns, on: Answering): Promise<{ verdict: Verdict; tookMs: number }> {
  const began = Date.now();
  for (;;) {
    const looking = signs.look(on, true);
    await vi.advanceTimersByTimeAsync(TIMINGS.roundTripTimeoutMs);
    const verdict = signs.judge(await looking);
    if (verdict.is !== 'ailing') return { verdict, tookMs: Date.now() - began };
    await vi.advanceTimersByTimeAsync(TIMINGS.lookAgainMs);
  }
}

describe('signs of life of a page that says CONNECTED', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('are noticed to be a lie in half of the 30 s in which a line comes back, wherever in the heartbeat it begins', async () => {
    const signs = new VitalSigns(TIMINGS);
    await vi.advanceTimersByTimeAsync(TIMINGS.roundTripEveryMs);
    const { verdict, tookMs } = await verdictOn(signs, page(null));
    expect(verdict).toMatchObject({ is: 'dead', why: 'servers-silent' });
    expect(TIMINGS.roundTripEveryMs + tookMs).toBeLessThanOrEqual(16_000);
  });

  it('are believed when servers answer slowly, even after their time was over', async () => {
    const signs = new VitalSigns(TIMINGS);
    await vi.advanceTimersByTimeAsync(TIMINGS.roundTripEveryMs);
    const slow = page(TIMINGS.roundTripTimeoutMs + TIMINGS.lookAgainMs / 2);
    expect((await verdictOn(signs, slow)).verdict).toEqual({ is: 'well' });
  });

  it('are asked for when a timer fires a moment early, not one heartbeat later', async () => {
    const signs = new VitalSigns(TIMINGS);
    await vi.advanceTimersByTimeAsync(TIMINGS.roundTripEveryMs - 1);
    expect((await verdictOn(signs, page(null))).verdict).toMatchObject({ is: 'dead' });
  });

  it('need no question to the servers while something was heard', async () => {
    const signs = new VitalSigns(TIMINGS);
    await vi.advanceTimersByTimeAsync(TIMINGS.roundTripEveryMs);
    signs.heard();
    expect((await verdictOn(signs, page(null))).verdict).toEqual({ is: 'well' });
  });
});
