import { describe, expect, it } from 'vitest';
import { BREAKER_RULES } from '../../activities/resilience/breaker.ts';
import { DestinationFailing, Resilience } from '../../activities/resilience/resilience.ts';
import { retryDelayMs } from '../../activities/resilience/retry-delay.ts';
import type { Destination } from '../../domain/destination.ts';
import { ClassifiedError, type Failure } from '../../domain/errors.ts';
import { merchantId } from '../../domain/ids.ts';

const LINE: Destination = { kind: 'line', merchant: merchantId('shop'), id: 'one' };
const OTHER: Destination = { ...LINE, id: 'two' };
const failure = (over: Partial<Failure> = {}): Failure => ({
  class: 'retryable',
  reason: 'connection-reset',
  detail: '',
  ...over,
});
const classify = (error: unknown): Failure =>
  error instanceof ClassifiedError ? error.failure : failure({ class: 'unknown', reason: 'bug' });

class Far {
  nowMs = 1_000_000;
  readonly resilience = new Resilience(BREAKER_RULES, () => this.nowMs);

  async call(fails: Failure | null, destination = LINE, isRetry = false): Promise<string> {
    try {
      await this.resilience.call(destination, { isRetry, classify }, () =>
        fails === null ? Promise.resolve() : Promise.reject(new ClassifiedError(fails)),
      );
      return 'well';
    } catch (error) {
      return error instanceof DestinationFailing ? 'left alone' : 'failed';
    }
  }
  async fail(times: number, over: Partial<Failure> = {}): Promise<void> {
    for (let time = 0; time < times; time += 1) await this.call(failure(over));
  }
  state(): string | undefined {
    return this.resilience.take().find(({ destination }) => destination.id === LINE.id)?.breaker;
  }
}

describe('a destination that fails', () => {
  it('is called nine times and left alone after the tenth, for a minute; another one is not', async () => {
    const far = new Far();
    await far.fail(9);
    expect(await far.call(null)).toBe('well');
    await far.fail(10);
    expect(await far.call(null)).toBe('left alone');
    expect(far.resilience.waitMs(LINE)).toBe(60_000);
    expect(far.resilience.waitMs(OTHER)).toBe(0);
    expect(await far.call(null, OTHER)).toBe('well');
    far.nowMs += 59_999;
    expect(await far.call(null)).toBe('left alone');
  });

  it('is open for everybody again after three trials that went well', async () => {
    const far = new Far();
    await far.fail(10);
    expect(far.state()).toBe('open');
    far.nowMs += 60_000;
    for (const after of ['half-open', 'half-open', 'closed']) {
      expect(await far.call(null)).toBe('well');
      expect(far.state()).toBe(after);
    }
    await far.fail(9);
    expect(await far.call(null)).toBe('well');
  });

  it('is left alone longer when no trial goes well, at most five minutes, and a minute again once it was well', async () => {
    const far = new Far();
    await far.fail(10);
    for (const pause of [60_000, 120_000, 240_000, 300_000, 300_000]) {
      expect(far.resilience.waitMs(LINE)).toBe(pause);
      far.nowMs += pause;
      expect(await far.call(failure())).toBe('failed');
      // Surely not sent, so one more may try.
      expect(await far.call(failure())).toBe('failed');
      expect(await far.call(null)).toBe('left alone');
    }
    far.nowMs += 300_000;
    for (let trial = 0; trial < 3; trial += 1) await far.call(null);
    await far.fail(10);
    expect(far.resilience.waitMs(LINE)).toBe(60_000);
  });

  it('is left alone again after one trial that nobody heard of: it may have left', async () => {
    const far = new Far();
    await far.fail(10);
    far.nowMs += 60_000;
    expect(await far.call(failure({ class: 'unknown', reason: 'timed-out' }))).toBe('failed');
    expect(far.resilience.waitMs(LINE)).toBe(120_000);
  });

  it('that answers every second time is open again: its trials need not go well in a row', async () => {
    const far = new Far();
    await far.fail(10);
    far.nowMs += 60_000;
    for (let trial = 0; trial < 3; trial += 1) {
      await far.call(failure());
      expect(far.state()).toBe('half-open');
      await far.call(null);
    }
    expect(far.state()).toBe('closed');
  });

  it('that answered one of its trials and then no more is left alone for a minute, not for longer', async () => {
    const far = new Far();
    await far.fail(10);
    far.nowMs += 60_000;
    await far.fail(2);
    far.nowMs += 120_000;
    await far.call(null);
    await far.fail(2);
    expect(far.resilience.waitMs(LINE)).toBe(60_000);
  });

  it('is judged by its trials alone, not by calls that began before it was left alone', async () => {
    const far = new Far();
    const ends: (() => void)[] = [];
    const old = Array.from({ length: 4 }, (_, n) =>
      far.resilience
        .call(
          LINE,
          { isRetry: false, classify },
          () =>
            new Promise<void>((well, badly) =>
              ends.push(n < 2 ? well : () => badly(new ClassifiedError(failure()))),
            ),
        )
        .catch(() => undefined),
    );
    await far.fail(10);
    for (const end of ends) end();
    await Promise.all(old);
    far.nowMs += 60_000;
    await far.call(null);
    await far.call(null);
    expect(far.state()).toBe('half-open');
    await far.call(null);
    expect(far.state()).toBe('closed');
  });

  it('is not besieged by those who wait: each is told a moment of its own', async () => {
    const far = new Far();
    await far.fail(10);
    const told = Array.from({ length: 1_000 }, () => far.resilience.notNow(LINE)?.waitMs);
    expect([told[0], told[999]]).toEqual([60_000, 60_000 + 999 * 50]);
    // Who was told first is back, finds it still failing, and stands behind the others.
    far.nowMs += 60_000;
    await far.fail(2);
    expect(far.resilience.notNow(LINE)).toEqual({ reason: 'destination-failing', waitMs: 120_000 });
    far.nowMs += 120_000;
    expect(far.resilience.notNow(LINE)).toBeNull();
  });

  it('gets one trial at first: who asks meanwhile waits', async () => {
    const far = new Far();
    await far.fail(10);
    far.nowMs += 60_000;
    let answer: () => void = () => undefined;
    const trial = far.resilience.call(
      LINE,
      { isRetry: false, classify },
      () => new Promise<void>((resolve) => (answer = resolve)),
    );
    expect(far.resilience.waitMs(LINE)).toBeGreaterThan(0);
    expect(await far.call(null)).toBe('left alone');
    answer();
    await trial;
    expect(far.resilience.waitMs(LINE)).toBe(0);
  });

  it.each([
    ['a refusal of the message', { class: 'permanent' }],
    ['a throttle', { class: 'throttled' }],
    ['a refused account', { class: 'auth' }],
    ['our own hanging up', { class: 'unknown', reason: 'interrupted' }],
  ] as const)('is not suspected because of %s', async (_what, over) => {
    const far = new Far();
    await far.fail(30, over);
    expect(await far.call(null)).toBe('well');
  });
});

describe('a destination that hangs', () => {
  it('has thirty calls under way at most: who comes then is told when to come back, and others are not touched', async () => {
    const far = new Far();
    const ends: (() => void)[] = [];
    const hang = (): Promise<void> =>
      far.resilience.call(
        LINE,
        { isRetry: false, classify },
        () => new Promise<void>((answered) => ends.push(answered)),
      );
    const hanging = Array.from({ length: 30 }, (_, nth) => {
      expect(far.resilience.notNow(LINE), `call ${nth}`).toBeNull();
      return hang();
    });
    expect(far.resilience.notNow(LINE)).toEqual({ reason: 'destination-slow', waitMs: 1_000 });
    expect(far.resilience.notNow(LINE)).toEqual({ reason: 'destination-slow', waitMs: 1_010 });
    expect(far.resilience.notNow(OTHER)).toBeNull();
    ends[0]?.();
    await hanging[0];
    expect(far.resilience.notNow(LINE)).toBeNull();
    for (const end of ends) end();
    await Promise.all(hanging);
  });
});

describe('the figures', () => {
  it('count calls, failures by reason, retries and those that helped; each is told once', async () => {
    const far = new Far();
    await far.call(failure());
    await far.call(failure({ reason: 'timed-out' }), LINE, true);
    await far.call(null, LINE, true);
    await far.call(failure({ class: 'permanent', reason: 'not-on-whatsapp' }));
    const [seen] = far.resilience.take();
    expect(seen?.counts).toEqual({
      calls: 4,
      failures: 2,
      retries: 2,
      successfulRetries: 1,
      errors: { 'connection-reset': 1, 'timed-out': 1 },
    });
    expect(far.resilience.take()).toEqual([]);
  });

  it('that could not be kept are told again, together with what came after', async () => {
    const far = new Far();
    await far.call(null);
    far.resilience.giveBack(far.resilience.take());
    await far.call(null);
    expect(far.resilience.take()[0]?.counts.calls).toBe(2);
  });
});

describe('the pause before a retry', () => {
  it('doubles from 3 s to 15 s, a tenth to either side', () => {
    const range = (attempt: number): [number, number] => [
      retryDelayMs(failure(), attempt, { random: () => 0 }),
      retryDelayMs(failure(), attempt, { random: () => 1 }),
    ];
    expect([1, 2, 3, 4, 9].map(range)).toEqual([
      [2_700, 3_300],
      [5_400, 6_600],
      [10_800, 13_200],
      [13_500, 16_500],
      [13_500, 16_500],
    ]);
  });

  it('is never shorter than the far end has asked for', () => {
    expect(retryDelayMs(failure({ class: 'throttled', retryAfterMs: 40_000 }), 1, { random: () => 0 })).toBe(
      40_000,
    );
    expect(retryDelayMs(failure({ class: 'throttled', retryAfterMs: 40_000 }), 1, { random: () => 1 })).toBe(
      44_000,
    );
  });

  it('grows as 4^X seconds for a customer who is written to too fast', () => {
    expect(
      [1, 2, 3].map((attempt) => retryDelayMs(failure({ class: 'throttled', scope: 'customer' }), attempt)),
    ).toEqual([4_000, 16_000, 64_000]);
  });
});
