import { describe, expect, it } from 'vitest';
import { graphFailure, pairRateWaitMs } from '../../channels/meta/error-codes.ts';

/** Throttles and refusals arrive as 400: where a row says so, HTTP alone would say something else. */
const judged = (code: number, status: number | null = 400, subcode?: number) =>
  graphFailure({ code, status, detail: 'x', ...(subcode === undefined ? {} : { subcode }) });

describe('what a code of Graph means', () => {
  it.each([1, 2, 131000, 131016, 133004, 131057])('%i: again, with backoff', (code) => {
    expect(judged(code)).toMatchObject({ class: 'retryable' });
  });

  it.each([4, 80007, 130429, 131048])('%i slows the whole number', (code) => {
    expect(judged(code)).toMatchObject({ class: 'throttled', scope: 'line' });
  });

  it('131048 pauses the number for hours', () => {
    expect(judged(131048).retryAfterMs).toBeGreaterThanOrEqual(3_600_000);
  });

  it('131056 slows one customer only', () => {
    expect(judged(131056)).toMatchObject({ class: 'throttled', scope: 'customer', retryAfterMs: 1_000 });
  });

  it('131056 again and again waits 4^X seconds, an hour at most', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 40].map(pairRateWaitMs)).toEqual(
      [1, 4, 16, 64, 256, 1024, 3600, 3600].map((s) => s * 1_000),
    );
    expect(graphFailure({ code: 131056, status: 400, detail: '', throttledBefore: 3 }).retryAfterMs).toBe(
      64_000,
    );
  });

  it('131047 closes the window', () => {
    expect(judged(131047)).toMatchObject({ class: 'permanent', reason: 'window-closed' });
  });

  it.each([131026, 131021, 130472, 131049])('%i is final', (code) => {
    expect(judged(code)).toMatchObject({ class: 'permanent' });
    expect(judged(code).optedOut).toBeUndefined();
  });

  it('131049 says not before a day has passed', () => {
    expect(judged(131049).retryAfterMs).toBe(24 * 3_600_000);
  });

  it('131050 is the customer opting out', () => {
    expect(judged(131050)).toMatchObject({ class: 'permanent', reason: 'opted-out', optedOut: true });
  });

  it.each([
    0, 190, 3, 10, 200, 230, 299, 131005, 368, 131031, 130497, 131037, 131042, 131045, 133000, 133010, 133015,
  ])('%i stops the line', (code) => {
    expect(judged(code)).toMatchObject({ class: 'auth' });
  });

  it.each([33, 100, 131008, 131009, 131051, 131052, 131053, 132000, 132001, 132015])(
    '%i is our fault and not tried again',
    (code) => {
      expect(judged(code)).toMatchObject({ class: 'permanent' });
    },
  );

  it("Instagram's missing permission with the window's subcode is the window", () => {
    expect(judged(10, 400, 2534022)).toMatchObject({ class: 'permanent', reason: 'window-closed' });
    expect(judged(10, 400)).toMatchObject({ class: 'auth' });
  });

  it('551 is a customer who can not be reached now', () => {
    expect(judged(551)).toMatchObject({ class: 'permanent', reason: 'customer-unavailable' });
  });

  it('a code inside a status means the same as on a refusal', () => {
    expect(judged(131047, null)).toMatchObject({ class: 'permanent', reason: 'window-closed' });
  });

  it('the code decides against HTTP', () => {
    expect(judged(131026, 500)).toMatchObject({ class: 'permanent' });
    expect(judged(2, 400)).toMatchObject({ class: 'retryable' });
    expect(judged(130429, 200)).toMatchObject({ class: 'throttled' });
  });

  it('a code that nobody has documented is judged by HTTP', () => {
    expect(judged(987654, 503)).toMatchObject({ class: 'retryable' });
    expect(judged(987654, 400)).toMatchObject({ class: 'permanent' });
    expect(graphFailure({ code: 987654, status: 400, detail: '', transient: true })).toMatchObject({
      class: 'retryable',
    });
  });

  it.each([
    [500, 'retryable'],
    [502, 'retryable'],
    [503, 'retryable'],
    [429, 'throttled'],
    [401, 'auth'],
    [404, 'auth'],
    [400, 'permanent'],
    // A gateway that lost patience had passed the message on.
    [504, 'unknown'],
  ] as const)('a bare HTTP %i is %s', (status, expected) => {
    expect(graphFailure({ code: null, status, detail: '' }).class).toBe(expected);
  });

  it('the longer of what the provider asks and what the code is known to need is waited', () => {
    expect(graphFailure({ code: 4, status: 400, detail: '', retryAfterMs: 1_800_000 }).retryAfterMs).toBe(
      1_800_000,
    );
    expect(graphFailure({ code: 4, status: 400, detail: '', retryAfterMs: 5 }).retryAfterMs).toBe(60_000);
  });
});
