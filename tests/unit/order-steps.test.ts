import { describe, expect, it } from 'vitest';
import { csvCell } from '../../api/csv.ts';
import { ASK_AGAIN_MS, type OrderSaying, type OrderStanding } from '../../domain/order-plan.ts';
import { nextStep } from '../../workflows/order-steps.ts';
import { pauseAfter } from '../../workflows/sheet.ts';

const HOUR = 3_600_000;
const ON = {
  newOrder: true,
  noAnswer: true,
  confirmed: true,
  shipped: true,
  rejectedOffer: true,
  reminder: true,
};
const standing = (more: Partial<OrderStanding> = {}): OrderStanding => ({
  category: 'new',
  categorySinceMs: 0,
  baseline: null,
  gone: false,
  decided: false,
  messages: [],
  phoneProblem: null,
  refused: {},
  running: true,
  phones: [
    { number: '201000000001', from: 'whatsapp' },
    { number: '201000000002', from: 'phone' },
  ],
  switches: ON,
  reminderMs: 24 * HOUR,
  offerMs: 48 * HOUR,
  ...more,
});
const saying = (more: Partial<OrderSaying> = {}): OrderSaying => ({
  type: 'newOrder',
  occurrence: '1',
  state: 'said',
  why: null,
  atMs: 0,
  attempt: 1,
  recipient: '201000000001',
  ...more,
});
const at = (nowMs: number, quietUntilMs: number | null = null) => ({ nowMs, quietUntilMs });

describe('what an order does next', () => {
  it('tries the next number when the first is not on WhatsApp, and asks each once more before it believes it', () => {
    const failed = saying({ state: 'failed', why: 'not-on-whatsapp' });
    const first = { '201000000001': { times: 1, lastMs: 0 } };
    expect(nextStep(standing({ messages: [failed], refused: first }), at(1))).toMatchObject({
      kind: 'compose',
      attempt: 2,
      recipient: '201000000002',
    });
    const both = { ...first, '201000000002': { times: 1, lastMs: 5 } };
    expect(nextStep(standing({ messages: [failed], refused: both }), at(10))).toMatchObject({
      kind: 'wait',
      reason: 'not-on-whatsapp-yet',
      untilMs: ASK_AGAIN_MS,
    });
    expect(nextStep(standing({ messages: [failed], refused: both }), at(ASK_AGAIN_MS))).toMatchObject({
      kind: 'compose',
      recipient: '201000000001',
    });
    const believed = { '201000000001': { times: 2, lastMs: 0 }, '201000000002': { times: 2, lastMs: 0 } };
    expect(nextStep(standing({ messages: [failed], refused: believed }), at(9 * ASK_AGAIN_MS))).toEqual({
      kind: 'rest',
    });
  });

  it('says again what was withdrawn before it left, and never what was skipped', () => {
    const withdrawn = saying({ state: 'withdrawn' });
    expect(nextStep(standing({ messages: [withdrawn] }), at(1))).toMatchObject({
      kind: 'compose',
      occurrence: '2',
    });
    expect(nextStep(standing({ messages: [saying({ state: 'skipped' })] }), at(99 * HOUR))).toEqual({
      kind: 'rest',
    });
  });

  it('withdraws a prepared message of an order that has moved on, and holds one of a row that is gone', () => {
    const waiting = saying({ state: 'waiting' });
    expect(nextStep(standing({ category: 'shipped', messages: [waiting] }), at(1))).toMatchObject({
      kind: 'withdraw',
      why: 'order-moved-on',
    });
    expect(nextStep(standing({ gone: true, messages: [waiting] }), at(1))).toMatchObject({
      kind: 'wait',
      reason: 'row-gone',
    });
  });

  it('sends by hand also at night and while the type is switched off', () => {
    const again = saying({ occurrence: 'again-1', state: 'waiting' });
    expect(
      nextStep(
        standing({ switches: { ...ON, newOrder: false }, running: false, messages: [again] }),
        at(1, 9 * HOUR),
      ),
    ).toMatchObject({ kind: 'send' });
  });

  it('waits for a status that is known, a number, an end of the quiet hours', () => {
    expect(nextStep(standing({ category: null }), at(1))).toEqual({ kind: 'rest' });
    expect(nextStep(standing({ phones: [], phoneProblem: 'error-cell' }), at(1))).toMatchObject({
      kind: 'wait',
      reason: 'phone-error-cell',
      untilMs: null,
    });
    expect(nextStep(standing(), at(1, 7))).toMatchObject({ kind: 'wait', reason: 'quiet-hours', untilMs: 7 });
  });
});

describe('the pause between polls', () => {
  it('grows while the sheet fails, to five minutes', () => {
    const failing = { kind: 'failing', reason: 'quota', pollMs: 30_000 } as const;
    expect([1, 2, 3, 20].map((failures) => pauseAfter(failing, failures))).toEqual([
      30_000, 60_000, 120_000, 300_000,
    ]);
  });
});

describe('a cell of the export', () => {
  it.each(['=1+1', '+1', '-1', '@x', '\t=1', ' =1', '＝1'])('makes %j text', (value) => {
    expect(csvCell(value).replace(/^"/, '').startsWith("'")).toBe(true);
  });
  it('leaves Arabic as it is and quotes what needs it', () => {
    expect(csvCell('منى السيد')).toBe('منى السيد');
    expect(csvCell('a "b", c')).toBe('"a ""b"", c"');
  });
});
