import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTurns } from '../../activities/turn.ts';
import { turnId } from '../../domain/ids.ts';
import { settingsOf } from '../../domain/settings.ts';
import { transcript } from '../../store/conversations.ts';
import type { TurnRequest, TurnTaken } from '../../workflows/conversation-activities.ts';
import { windowOf, withHeadStart } from '../../workflows/window.ts';
import type { Shop } from '../support/shop.ts';
import { SkippingShop } from '../support/skipping-shop.ts';

const CUSTOMER = '201';
const WINDOW_MS = 8_000;
/** The run woke so long before the end. */
const EARLY_MS = 40;

/** The turn as its run asks for it, at times of our choice. */
describe('a turn whose run woke a moment before the window ends', () => {
  let skipping: SkippingShop;
  beforeAll(async () => {
    skipping = await SkippingShop.open();
  });
  afterAll(() => skipping.close());

  const opened = Date.now();
  const sayAt = (shop: Shop, ms: number, text: string, endsWindow = false) => {
    shop.now = () => opened + ms;
    return shop.store(CUSTOMER, { text, endsWindow });
  };
  function asking(shop: Shop): (atMs: number) => Promise<TurnTaken> {
    const request: TurnRequest = {
      ...shop.start(CUSTOMER),
      turn: turnId(randomUUID()),
      nowMs: opened + WINDOW_MS - EARLY_MS,
      windowEndedAtMs: opened + WINDOW_MS,
    };
    return (atMs) => createTurns({ ...shop.house.context, now: () => opened + atMs }).takeTurn(request);
  }
  const answered = async (shop: Shop): Promise<string[]> =>
    (
      await shop.house.database.merchant(shop.merchant, (tx) =>
        transcript(tx, shop.merchant, shop.conversation(CUSTOMER), null, 10),
      )
    )
      .filter(({ direction }) => direction === 'out')
      .map(({ text }) => text);

  it('leaves two seconds more to whoever wrote in that moment, and takes nothing until then', async () => {
    const shop = await skipping.merchant();
    await sayAt(shop, 0, 'first');
    await sayAt(shop, 7_990, 'in the last moment');
    const ask = asking(shop);
    await expect(ask(8_000)).rejects.toMatchObject({ type: 'StillGathering', nextRetryDelay: 1_990 });
    await sayAt(shop, 9_000, 'and a second later');
    await expect(ask(9_990)).rejects.toMatchObject({ type: 'StillGathering', nextRetryDelay: 1_010 });
    expect(await answered(shop)).toEqual([]);
    expect((await ask(11_000)).claimed).toHaveLength(3);
    expect(await answered(shop)).toEqual(['1: first | in the last moment | and a second later']);
  });

  it('answers at once a button that was pressed in that moment', async () => {
    const shop = await skipping.merchant();
    await sayAt(shop, 0, 'first');
    await sayAt(shop, 7_990, 'confirm', true);
    expect((await asking(shop)(8_000)).claimed).toHaveLength(2);
  });

  it('asks no more of a merchant who has made the window longer since it was opened', async () => {
    const shop = await skipping.merchant({ window: { ms: 20_000 } });
    await sayAt(shop, 0, 'first');
    expect((await asking(shop)(8_000)).claimed).toHaveLength(1);
  });
});

describe('the rules with a head start', () => {
  const arrivals = fc.array(fc.record({ receivedAtMs: fc.nat(20_000), endsWindow: fc.constant(false) }), {
    minLength: 1,
    maxLength: 12,
  });
  const rules = fc
    .record({
      kind: fc.constantFrom('fixed' as const, 'quiet' as const),
      ms: fc.integer({ min: 400, max: 10_000 }),
      graceMs: fc.nat(4_000),
      maxMs: fc.integer({ min: 400, max: 20_000 }),
    })
    .map((window) => settingsOf({ window }).window);

  it('end every window earlier by as much, whatever is typed before the run wakes', () => {
    fc.assert(
      fc.property(arrivals, rules, (said, usual) => {
        const early = withHeadStart(usual);
        const headStartMs = early.headStartMs ?? 0;
        expect(headStartMs).toBeGreaterThan(0);
        const wakesAtMs = windowOf(said, early)?.endsAtMs ?? 0;
        const before = said.filter(({ receivedAtMs }) => receivedAtMs <= wakesAtMs);
        expect(windowOf(before, usual)?.endsAtMs).toBe(wakesAtMs + headStartMs);
      }),
      { numRuns: 2_000 },
    );
  });

  it('leave alone a window that is hardly longer', () => {
    const short = settingsOf({ window: { ms: 200 } }).window;
    expect(withHeadStart(short)).toEqual(short);
  });
});
