import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { merchantId, type MessageKey } from '../../domain/ids.ts';
import type { OutboundStatus, StatusNews } from '../../domain/message.ts';
import { transcript } from '../../store/conversations.ts';
import type { Tx } from '../../store/database.ts';
import { beginIdempotent, finishIdempotent, forgetIdempotent } from '../../store/idempotency.ts';
import { storeInbound } from '../../store/inbound.ts';
import { keepConversation } from '../../store/news.ts';
import { beginSending, recordAccepted, recordUnknown } from '../../store/sending.ts';
import { applyStatuses } from '../../store/statuses.ts';
import type { TurnRef } from '../../store/turns.ts';
import { keep, LINE, MERCHANT, message, NOW, somewhere, StoreShop, take, turnOf } from './store-shop.ts';

let shop: StoreShop;
beforeAll(async () => {
  shop = await StoreShop.open();
});
afterAll(() => shop.close());
const inStore = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => shop.inStore(work);

/** Any UTF-16 at all, with what databases and JSON stumble over more often than chance would have it. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\0', '\ud800', '\udc00', 'ڕێۆە', '👩‍👩‍👧', '\\u0000', '\\', "'", '�', '␀', '\ufeff'),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

describe('what a customer typed', () => {
  it('is kept to the last bit, whatever it is, and read so by the turn and the transcript', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const to = somewhere();
        const [claimed, shown] = await inStore(async (tx) => {
          await storeInbound(tx, to, message({ text }), NOW);
          return [await take(tx, turnOf(to)), await transcript(tx, MERCHANT, to.conversation, null, 10)];
        });
        expect(claimed.messages.map((said) => said.text)).toEqual([text]);
        expect(shown.map((said) => said.text)).toEqual([text]);
      }),
      { numRuns: 150 },
    );
  });

  it('is not lost over an odd character in what came with it', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (odd) => {
        const to = somewhere();
        const said = message({
          text: 'hello',
          from: { address: randomUUID(), name: odd },
          replyTo: `r${odd}`,
          payload: { contact: { name: odd, phones: [odd] } },
        });
        expect((await inStore((tx) => storeInbound(tx, to, said, NOW))).isNew).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('goes out again byte-true in an answer that quotes it', async () => {
    const to = somewhere();
    const odd = 'a\0b\ud800c';
    const texts = await inStore(async (tx) => {
      await storeInbound(tx, to, message(), NOW);
      const turn = turnOf(to);
      await take(tx, turn);
      await keep(tx, turn, 1, [odd]);
      return (await transcript(tx, MERCHANT, to.conversation, null, 1)).map(({ text }) => text);
    });
    expect(texts).toEqual([odd]);
  });
});

/** The race is lost by a few of a hundred where it can be; the embedded database has one session, and no race. */
const CUSTOMERS = process.env['TEST_SHAPE'] === 'grown-up' ? 200 : 10;

describe('the first messages of a customer', () => {
  it('are all kept, in one conversation, however many come at the same moment', async () => {
    for (let customer = 0; customer < CUSTOMERS; customer += 1) {
      const to = somewhere();
      const from = { address: randomUUID() };
      const writing = Array.from(
        { length: 10 },
        () => (tx: Tx) => storeInbound(tx, to, message({ from }), NOW),
      );
      const owner = (tx: Tx) => keepConversation(tx, to, from, new Date(NOW));
      await Promise.all([...writing, owner].map((keeps) => inStore<unknown>(keeps)));
      expect(await inStore((tx) => transcript(tx, MERCHANT, to.conversation, null, 20))).toHaveLength(10);
    }
  });

  it('refused by the database, say why', async () => {
    const nowhere = { ...somewhere(), merchant: merchantId('another') };
    await expect(inStore((tx) => storeInbound(tx, nowhere, message(), NOW))).rejects.toThrow(
      /row-level security/,
    );
  });
});

describe('the ladder of statuses', () => {
  const RUNGS = ['sent', 'failed', 'delivered', 'read'] as const;

  async function ends(
    begin: (tx: Tx, ref: TurnRef & { key: MessageKey }) => Promise<void>,
    statuses: readonly StatusNews['status'][],
  ): Promise<OutboundStatus> {
    const to = somewhere();
    const turn = turnOf(to);
    return inStore(async (tx) => {
      await storeInbound(tx, to, message(), NOW);
      await take(tx, turn);
      const [key] = await keep(tx, turn, 1, ['answer']);
      if (key === undefined) throw new Error('no answer was kept');
      await begin(tx, { ...turn, key });
      for (const status of statuses)
        await applyStatuses(
          tx,
          MERCHANT,
          LINE,
          [{ kind: 'status', account: 'a', id: `p-${key}`, key, status, atMs: NOW }],
          NOW,
        );
      const [row] = await tx.query<{ status: OutboundStatus }>('select status from messages where key = $1', [
        key,
      ]);
      return row?.status ?? 'unknown';
    });
  }
  const accepted = async (tx: Tx, send: TurnRef & { key: MessageKey }): Promise<void> => {
    await beginSending(tx, send);
    await recordAccepted(tx, send, `p-${send.key}`, new Date(NOW));
  };

  it('ends on the highest rung that was reported, in whatever order and however often', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...RUNGS), { minLength: 1, maxLength: 10 }),
        async (statuses) => {
          const highest = RUNGS.findLast((rung) => statuses.includes(rung));
          expect(await ends(accepted, statuses)).toBe(highest);
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each(RUNGS)('settles with "%s" a send of which nobody knew whether it had left', async (status) => {
    const unclear = async (tx: Tx, send: TurnRef & { key: MessageKey }): Promise<void> => {
      await beginSending(tx, send);
      await recordUnknown(tx, send, 'timeout-after-send');
    };
    expect(await ends(unclear, [status])).toBe(status);
  });

  it('believes the provider over our own "not sent": what was delivered is not sent again', async () => {
    expect(await ends(() => Promise.resolve(), ['delivered'])).toBe('delivered');
  });
});

describe('an idempotency key', () => {
  const call = { merchant: MERCHANT, key: 'k', fingerprint: 'f' };

  it('lets one of many simultaneous calls through, answers the others from it, and refuses another call', async () => {
    const begun = await Promise.all(
      Array.from({ length: 6 }, () => inStore((tx) => beginIdempotent(tx, call))),
    );
    expect(begun.filter(({ kind }) => kind === 'first')).toHaveLength(1);
    expect(begun.filter(({ kind }) => kind === 'in-progress')).toHaveLength(5);
    await inStore((tx) => finishIdempotent(tx, call, 202, { id: 'm1' }));
    expect(await inStore((tx) => beginIdempotent(tx, call))).toEqual({
      kind: 'done',
      status: 202,
      body: { id: 'm1' },
    });
    expect(await inStore((tx) => beginIdempotent(tx, { ...call, fingerprint: 'other' }))).toEqual({
      kind: 'other-call',
    });
  });

  it('is free again when its call did not happen, died, or is a day old', async () => {
    const fresh = { ...call, key: 'again' };
    const first = { kind: 'first' };
    expect(await inStore((tx) => beginIdempotent(tx, fresh))).toEqual(first);
    await inStore((tx) => forgetIdempotent(tx, fresh));
    expect(await inStore((tx) => beginIdempotent(tx, fresh))).toEqual(first);
    await inStore((tx) =>
      tx.query(`update idempotency set created_at = now() - interval '2 minutes' where key = 'again'`),
    );
    expect(await inStore((tx) => beginIdempotent(tx, fresh))).toEqual(first);
    await inStore((tx) => finishIdempotent(tx, fresh, 200, null));
    await inStore((tx) =>
      tx.query(`update idempotency set created_at = now() - interval '25 hours' where key = 'again'`),
    );
    expect(await inStore((tx) => beginIdempotent(tx, fresh))).toEqual(first);
  });
});
