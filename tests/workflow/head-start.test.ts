import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeliver } from '../../activities/deliver.ts';
import { createTurns } from '../../activities/turn.ts';
import type { AnswerAction } from '../../answers/answer.ts';
import { turnId } from '../../domain/ids.ts';
import { settingsOf } from '../../domain/settings.ts';
import { transcript } from '../../store/conversations.ts';
import type { Delivery, TurnRequest, TurnTaken } from '../../workflows/conversation-activities.ts';
import { windowOf, withHeadStart } from '../../workflows/window.ts';
import type { Shop } from '../support/shop.ts';
import { SkippingShop } from '../support/skipping-shop.ts';

const CUSTOMER = '201';
const WINDOW_MS = 8_000;
/** The run woke so long before the end. */
const EARLY_MS = 200;
const WOKEN_MS = WINDOW_MS - EARLY_MS;

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
  const requestOf = (shop: Shop): TurnRequest => ({
    ...shop.start(CUSTOMER),
    turn: turnId(randomUUID()),
    nowMs: opened + WOKEN_MS,
    begunAtMs: opened + WOKEN_MS,
    windowEndedAtMs: opened + WINDOW_MS,
  });
  const take = (shop: Shop, request: TurnRequest, atMs: number): Promise<TurnTaken> =>
    createTurns({ ...shop.house.context, now: () => opened + atMs }).takeTurn(request);
  function asking(shop: Shop): (atMs: number) => Promise<TurnTaken> {
    const request = requestOf(shop);
    return (atMs) => take(shop, request, atMs);
  }
  /** The answer's only part, which is ready before the window is over. */
  function deliver(shop: Shop, { parts: [key] }: TurnTaken): Promise<Delivery> {
    if (key === undefined) throw new Error('nothing was answered');
    const ending = { nowMs: opened + WOKEN_MS, windowEndedAtMs: opened + WINDOW_MS };
    const context = { ...shop.house.context, now: () => opened + WOKEN_MS };
    return new MockActivityEnvironment().run(() =>
      createDeliver(context)({ ...shop.start(CUSTOMER), key, unlessOvertaken: true, ending }),
    );
  }
  const answered = async (shop: Shop): Promise<string[]> =>
    (
      await shop.house.database.merchant(shop.merchant, (tx) =>
        transcript(tx, shop.merchant, shop.conversation(CUSTOMER), null, 10),
      )
    )
      .filter(({ direction }) => direction === 'out')
      .map(({ text }) => text);

  it('thinks ahead of the end, and has it thought again with what is said until then', async () => {
    const shop = await skipping.merchant();
    await sayAt(shop, 0, 'first');
    const request = requestOf(shop);
    const ahead = await take(shop, request, WOKEN_MS);
    expect(ahead.parts).toHaveLength(1);

    await sayAt(shop, 7_990, 'in the last moment');
    expect(await deliver(shop, ahead)).toEqual({ kind: 'overtaken' });
    expect(await shop.received()).toEqual([]);

    // Its end has moved as if nothing had been thought yet.
    const again = { ...request, nowMs: opened + 8_010 };
    await expect(take(shop, again, 8_010)).rejects.toMatchObject({
      type: 'StillGathering',
      nextRetryDelay: 1_980,
    });
    await sayAt(shop, 9_000, 'and a second later');
    expect((await take(shop, again, 11_000)).claimed).toHaveLength(3);
    expect(await answered(shop)).toEqual(['1: first | in the last moment | and a second later']);
  });

  const deeds: readonly AnswerAction[] = [{ kind: 'opt-out' }];
  it.each([
    ['does something', deeds, 1],
    ['says nothing', [], 0],
  ])('waits for the end where its answer %s', async (_, actions, parts) => {
    const shop = await skipping.merchant();
    skipping.echo.parts = parts;
    skipping.echo.actions = actions;
    await sayAt(shop, 0, 'first');
    skipping.echo.thinking = async () => {
      await sayAt(shop, 7_990, 'no, wait');
    };
    await expect(asking(shop)(WOKEN_MS)).rejects.toMatchObject({ type: 'StillGathering' });
  });

  it('waits for the end where the merchant has paused the answers', async () => {
    const shop = await skipping.merchant({ answers: 'off' });
    await sayAt(shop, 0, 'first');
    // So early that what is said next is there in time on the slowest machine.
    const wokenMs = WINDOW_MS - 3_000;
    const at = { nowMs: opened + wokenMs, begunAtMs: opened + wokenMs };
    const taking = take(shop, { ...requestOf(shop), ...at }, wokenMs);
    await sayAt(shop, 7_990, 'no, wait');
    await expect(taking).rejects.toMatchObject({ type: 'StillGathering' });
  });

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
