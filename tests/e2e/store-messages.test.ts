import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  conversationId,
  lineId,
  merchantId,
  turnId,
  type MessageKey,
  type TurnId,
} from '../../domain/ids.ts';
import type { InboundMessage, OutboundStatus, StatusNews } from '../../domain/message.ts';
import { transcript } from '../../store/conversations.ts';
import type { Tx } from '../../store/database.ts';
import { beginIdempotent, finishIdempotent, forgetIdempotent } from '../../store/idempotency.ts';
import { storeInbound, type Destination } from '../../store/inbound.ts';
import { createLine } from '../../store/lines.ts';
import { createMerchant } from '../../store/merchants.ts';
import { beginSending, recordAccepted, recordUnknown } from '../../store/sending.ts';
import { applyStatuses } from '../../store/statuses.ts';
import { claim, keepAnswer, type TurnRef, type TurnAttempt, TurnTakenByLater } from '../../store/turns.ts';
import { migratedDatabase, type MigratedDatabase } from '../support/migrated-database.ts';

const MERCHANT = merchantId('shop');
const LINE = lineId('sim');
const NOW = Date.now();

let migrated: MigratedDatabase;
beforeAll(async () => {
  migrated = await migratedDatabase();
  await migrated.database.system((tx) =>
    createMerchant(tx, {
      id: MERCHANT,
      name: 'متجر',
      country: 'EG',
      timezone: 'Africa/Cairo',
      language: 'ar',
      currency: 'EGP',
    }),
  );
  await inStore((tx) =>
    createLine(tx, {
      merchant: MERCHANT,
      id: LINE,
      channel: 'simulator',
      account: 'a',
      config: {},
      credentials: null,
      state: 'connected',
    }),
  );
});
afterAll(() => migrated.close());

const inStore = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => migrated.database.merchant(MERCHANT, work);
/** A conversation of its own for each example. */
const somewhere = (): Destination => ({
  merchant: MERCHANT,
  line: LINE,
  account: 'a',
  platform: 'simulator',
  conversation: conversationId(randomUUID()),
});
const message = (more: Partial<InboundMessage> = {}): InboundMessage => ({
  kind: 'message',
  account: 'a',
  id: randomUUID(),
  from: { address: randomUUID() },
  atMs: NOW,
  type: 'text',
  text: 'x',
  ...more,
});
const turnOf = (to: Destination, turn: TurnId = turnId(randomUUID())): TurnAttempt => ({
  attemptAt: new Date(NOW),
  merchant: MERCHANT,
  conversation: to.conversation,
  turn,
});
const ANSWER = { line: LINE, intent: 'none' } as const;

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
          return [
            await claim(tx, turnOf(to), new Date(NOW)),
            await transcript(tx, MERCHANT, to.conversation, null, 10),
          ];
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
      await claim(tx, turn, new Date(NOW));
      await keepAnswer(tx, turn, { ...ANSWER, texts: [odd] });
      return (await transcript(tx, MERCHANT, to.conversation, null, 1)).map(({ text }) => text);
    });
    expect(texts).toEqual([odd]);
  });
});

describe('a claim', () => {
  it('shares no message with another, however many turns claim at the same moment', async () => {
    const to = somewhere();
    const sent = Array.from({ length: 30 }, () => message());
    const storing = sent.map((said) => inStore((tx) => storeInbound(tx, to, said, NOW)));
    // The runs of the same id never overlap; if they did, the store alone would have to hold.
    const claiming = Array.from({ length: 8 }, () => inStore((tx) => claim(tx, turnOf(to), new Date(NOW))));
    await Promise.all([...storing, ...claiming]);
    await inStore((tx) => claim(tx, turnOf(to), new Date(NOW)));
    const owners = await inStore((tx) =>
      tx.query<{ turn: string | null; state: string }>(
        `select m.turn, t.state from messages m left join turns t on t.merchant = m.merchant and t.id = m.turn where m.conversation = $1`,
        [to.conversation],
      ),
    );
    expect(owners).toHaveLength(30);
    // Each is with the one turn that is still open: what an overtaken turn had not begun to answer went on to the next.
    expect(new Set(owners.map(({ turn }) => turn)).size).toBe(1);
    expect(new Set(owners.map(({ state }) => state))).toEqual(new Set(['open']));
  });

  it('repeated by the same turn returns the same messages and those that came meanwhile', async () => {
    const to = somewhere();
    const turn = turnOf(to);
    const take = (): Promise<MessageKey[]> =>
      inStore(async (tx) => (await claim(tx, turn, new Date(NOW))).messages.map(({ key }) => key));
    const first = await inStore((tx) => storeInbound(tx, to, message({ atMs: NOW - 2 }), NOW));
    expect(await take()).toEqual([first.key]);
    const second = await inStore((tx) => storeInbound(tx, to, message({ atMs: NOW - 1 }), NOW));
    expect(await take()).toEqual([first.key, second.key]);
  });

  it('leaves alone what an answered turn has, also when the message is delivered again', async () => {
    const to = somewhere();
    const said = message();
    await inStore((tx) => storeInbound(tx, to, said, NOW));
    await inStore(async (tx) => {
      const turn = turnOf(to);
      await claim(tx, turn, new Date(NOW));
      await tx.query(`update turns set state = 'answered' where id = $1`, [turn.turn]);
    });
    expect(await inStore((tx) => storeInbound(tx, to, said, NOW))).toMatchObject({
      isNew: false,
      claimed: true,
      unclaimed: 0,
    });
    expect((await inStore((tx) => claim(tx, turnOf(to), new Date(NOW)))).messages).toEqual([]);
  });

  it('thinks again what a lost run had not begun to send; what may have left is for a person', async () => {
    for (const begun of [false, true]) {
      const to = somewhere();
      const lost = turnOf(to);
      await inStore((tx) => storeInbound(tx, to, message(), NOW));
      await inStore(async (tx) => {
        await claim(tx, lost, new Date(NOW));
        const [first] = await keepAnswer(tx, lost, { ...ANSWER, texts: ['one', 'two'] });
        if (begun && first !== undefined) await beginSending(tx, { ...lost, key: first });
      });
      const { messages: taken } = await inStore((tx) => claim(tx, turnOf(to), new Date(NOW)));
      const out = await inStore((tx) =>
        tx.query(`select status from messages where conversation = $1 and direction = 'out' order by part`, [
          to.conversation,
        ]),
      );
      const [row] = await inStore((tx) =>
        tx.query<{ needs_human: string | null }>('select needs_human from conversations where id = $1', [
          to.conversation,
        ]),
      );
      expect(taken).toHaveLength(begun ? 0 : 1);
      expect(out).toEqual(begun ? [{ status: 'unknown' }, { status: 'failed' }] : []);
      expect(row?.needs_human).toBe(begun ? 'answer-interrupted' : null);
    }
  });
});

describe('an attempt at a turn whose worker was frozen, and goes on when a later one has long taken it', () => {
  const later = (turn: TurnAttempt): TurnAttempt => ({ ...turn, attemptAt: new Date(NOW + 10_000) });

  it('takes no message, and leaves the later one’s answer as it is', async () => {
    const to = somewhere();
    const frozen = turnOf(to);
    await inStore((tx) => storeInbound(tx, to, message(), NOW));
    await inStore((tx) => claim(tx, frozen, new Date(NOW)));
    await inStore((tx) => claim(tx, later(frozen), new Date(NOW)));
    const kept = await inStore((tx) => keepAnswer(tx, later(frozen), { ...ANSWER, texts: ['one', 'two'] }));
    await inStore((tx) => storeInbound(tx, to, message(), NOW));
    await expect(inStore((tx) => claim(tx, frozen, new Date(NOW)))).rejects.toThrow(TurnTakenByLater);
    await expect(inStore((tx) => keepAnswer(tx, frozen, { ...ANSWER, texts: ['old'] }))).rejects.toThrow(
      TurnTakenByLater,
    );
    const rows = await inStore((tx) =>
      tx.query(`select key, text, turn from messages where conversation = $1 order by seq`, [
        to.conversation,
      ]),
    );
    expect(rows).toMatchObject([
      { turn: frozen.turn },
      { key: kept[0], text: 'one' },
      { key: kept[1], text: 'two' },
      { turn: null },
    ]);
  });

  it('adds nothing to a turn that is over, and what the customer said since is left to the next one', async () => {
    const to = somewhere();
    const frozen = turnOf(to);
    await inStore((tx) => storeInbound(tx, to, message(), NOW));
    await inStore((tx) => claim(tx, frozen, new Date(NOW)));
    await inStore((tx) => keepAnswer(tx, frozen, { ...ANSWER, texts: ['one'] }));
    await inStore((tx) => tx.query(`update turns set state = 'answered' where id = $1`, [frozen.turn]));
    await inStore((tx) => storeInbound(tx, to, message(), NOW));
    expect(await inStore((tx) => claim(tx, frozen, new Date(NOW)))).toMatchObject({ isOver: true });
    await expect(inStore((tx) => keepAnswer(tx, frozen, { ...ANSWER, texts: ['again'] }))).rejects.toThrow(
      TurnTakenByLater,
    );
    const next = await inStore((tx) => claim(tx, turnOf(to), new Date(NOW)));
    expect(next.messages).toHaveLength(1);
  });
});

it('an answer thought again after a send whose outcome nobody heard comes after it, and never takes its place', async () => {
  const to = somewhere();
  const turn = turnOf(to);
  await inStore((tx) => storeInbound(tx, to, message(), NOW));
  const [begun] = await inStore(async (tx) => {
    await claim(tx, turn, new Date(NOW));
    return keepAnswer(tx, turn, { ...ANSWER, texts: ['old one', 'old two'] });
  });
  if (begun === undefined) throw new Error('no answer was kept');
  await inStore((tx) => beginSending(tx, { ...turn, key: begun }));
  const keys = await inStore((tx) => keepAnswer(tx, turn, { ...ANSWER, texts: ['new'] }));
  const parts = await inStore((tx) =>
    tx.query(
      `select key, text, part, parts from messages where turn = $1 and direction = 'out' order by part`,
      [turn.turn],
    ),
  );
  expect(parts).toEqual([
    { key: begun, text: 'old one', part: 1, parts: 2 },
    { key: keys[1], text: 'new', part: 2, parts: 2 },
  ]);
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
      await claim(tx, turn, new Date(NOW));
      const [key] = await keepAnswer(tx, turn, { ...ANSWER, texts: ['answer'] });
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
