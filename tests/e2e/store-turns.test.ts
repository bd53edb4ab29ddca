import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MessageKey } from '../../domain/ids.ts';
import { closeConversation } from '../../store/conversation-changes.ts';
import type { Tx } from '../../store/database.ts';
import { storeInbound } from '../../store/inbound.ts';
import { beginSending, recordWaiting } from '../../store/sending.ts';
import { TurnMovedOn } from '../../store/turns.ts';
import { keep, MERCHANT, message, NOW, somewhere, StoreShop, take, turnOf } from './store-shop.ts';

let shop: StoreShop;
beforeAll(async () => {
  shop = await StoreShop.open();
});
afterAll(() => shop.close());
const inStore = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => shop.inStore(work);

describe('a claim', () => {
  it('shares no message with another, however many turns claim at the same moment', async () => {
    const to = somewhere();
    const sent = Array.from({ length: 30 }, () => message());
    const storing = sent.map((said) => inStore((tx) => storeInbound(tx, to, said, NOW)));
    // The runs of the same id never overlap; if they did, the store alone would have to hold.
    const claiming = Array.from({ length: 8 }, () => inStore((tx) => take(tx, turnOf(to))));
    await Promise.all([...storing, ...claiming]);
    await inStore((tx) => take(tx, turnOf(to)));
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
    const taken = (): Promise<MessageKey[]> =>
      inStore(async (tx) => (await take(tx, turn)).messages.map(({ key }) => key));
    const first = await inStore((tx) => storeInbound(tx, to, message({ atMs: NOW - 2 }), NOW));
    expect(await taken()).toEqual([first.key]);
    const second = await inStore((tx) => storeInbound(tx, to, message({ atMs: NOW - 1 }), NOW));
    expect(await taken()).toEqual([first.key, second.key]);
  });

  it('knows the message that is quoted, also where a linked phone names the chat otherwise than it did', async () => {
    const to = somewhere();
    const asked = await inStore((tx) =>
      storeInbound(tx, to, message({ id: 'true_9647701234567@c.us_3EB0A1', atMs: NOW - 9 }), NOW),
    );
    const quotes = ['true_146789@lid_3EB0A1', 'true_9647701234567@c.us_3EB0A1', 'true_146789@lid_3EB0FF'];
    for (const replyTo of quotes) await inStore((tx) => storeInbound(tx, to, message({ replyTo }), NOW));
    const { messages } = await inStore((tx) => take(tx, turnOf(to)));
    expect(messages.map(({ replyToKey }) => replyToKey)).toEqual([
      null,
      asked.key,
      asked.key,
      `${to.line}/true_146789@lid_3EB0FF`,
    ]);
  });

  it('leaves alone what an answered turn has, also when the message is delivered again', async () => {
    const to = somewhere();
    const said = message();
    await inStore((tx) => storeInbound(tx, to, said, NOW));
    await inStore(async (tx) => {
      const turn = turnOf(to);
      await take(tx, turn);
      await tx.query(`update turns set state = 'answered' where id = $1`, [turn.turn]);
    });
    expect(await inStore((tx) => storeInbound(tx, to, said, NOW))).toMatchObject({
      isNew: false,
      claimed: true,
      unclaimed: 0,
    });
    expect((await inStore((tx) => take(tx, turnOf(to)))).messages).toEqual([]);
  });

  it('thinks again what a lost run had not begun to send; what may have left is for a person', async () => {
    for (const begun of [false, true]) {
      const to = somewhere();
      const lost = turnOf(to);
      await inStore((tx) => storeInbound(tx, to, message(), NOW));
      await inStore(async (tx) => {
        await take(tx, lost);
        const [first] = await keep(tx, lost, 1, ['one', 'two']);
        if (begun && first !== undefined) await beginSending(tx, { ...lost, key: first });
      });
      const { messages: taken } = await inStore((tx) => take(tx, turnOf(to)));
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
  const LATER_MS = 10_000;

  it('takes no message, and leaves the later one’s answer as it is', async () => {
    const to = somewhere();
    const turn = turnOf(to);
    await inStore((tx) => storeInbound(tx, to, message(), NOW));
    const frozen = await inStore((tx) => take(tx, turn));
    const later = await inStore((tx) => take(tx, turn, LATER_MS));
    const kept = await inStore((tx) => keep(tx, turn, later.attempt, ['one', 'two']));
    await inStore((tx) => storeInbound(tx, to, message(), NOW));
    await expect(inStore((tx) => take(tx, turn))).rejects.toThrow(TurnMovedOn);
    await expect(inStore((tx) => keep(tx, turn, frozen.attempt, ['old']))).rejects.toThrow(TurnMovedOn);
    const rows = await inStore((tx) =>
      tx.query(`select key, text, turn from messages where conversation = $1 order by seq`, [
        to.conversation,
      ]),
    );
    expect(rows).toMatchObject([
      { turn: turn.turn },
      { key: kept[0], text: 'one' },
      { key: kept[1], text: 'two' },
      { turn: null },
    ]);
  });

  it('keeps no answer beside the other one’s, also when both began in the same moment of the run’s clock', async () => {
    const to = somewhere();
    const turn = turnOf(to);
    await inStore((tx) => storeInbound(tx, to, message(), NOW));
    const frozen = await inStore((tx) => take(tx, turn));
    const other = await inStore((tx) => take(tx, turn));
    await expect(inStore((tx) => keep(tx, turn, frozen.attempt, ['old']))).rejects.toThrow(TurnMovedOn);
    expect(await inStore((tx) => keep(tx, turn, other.attempt, ['new']))).toHaveLength(1);
  });

  it('adds nothing to a turn that is over, and what the customer said since is left to the next one', async () => {
    const to = somewhere();
    const frozen = turnOf(to);
    await inStore((tx) => storeInbound(tx, to, message(), NOW));
    const { attempt } = await inStore((tx) => take(tx, frozen));
    await inStore((tx) => keep(tx, frozen, attempt, ['one']));
    await inStore((tx) => tx.query(`update turns set state = 'answered' where id = $1`, [frozen.turn]));
    await inStore((tx) => storeInbound(tx, to, message(), NOW));
    expect(await inStore((tx) => take(tx, frozen))).toMatchObject({ isOver: true });
    await expect(inStore((tx) => keep(tx, frozen, attempt, ['again']))).rejects.toThrow(TurnMovedOn);
    const next = await inStore((tx) => take(tx, turnOf(to)));
    expect(next.messages).toHaveLength(1);
  });
});

it('an answer thought again after a send whose outcome nobody heard comes after it, and never takes its place', async () => {
  const to = somewhere();
  const turn = turnOf(to);
  await inStore((tx) => storeInbound(tx, to, message(), NOW));
  const [begun] = await inStore(async (tx) => {
    await take(tx, turn);
    return keep(tx, turn, 1, ['old one', 'old two']);
  });
  if (begun === undefined) throw new Error('no answer was kept');
  await inStore((tx) => beginSending(tx, { ...turn, key: begun }));
  const keys = await inStore((tx) => keep(tx, turn, 1, ['new']));
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

describe('a look at a conversation', () => {
  it('sees one moment, however much is written between its statements', async () => {
    const to = somewhere();
    const countOf = async (tx: Tx): Promise<number> =>
      (await tx.query(`select from messages where conversation = $1`, [to.conversation])).length;
    const written = new AbortController();
    const looking = (async () => {
      const looks: [number, number][] = [];
      while (!written.signal.aborted)
        looks.push(await shop.look(async (tx) => [await countOf(tx), await countOf(tx)]));
      return looks;
    })();
    for (let index = 0; index < 200; index += 1) await inStore((tx) => storeInbound(tx, to, message(), NOW));
    written.abort();
    const looks = await looking;
    expect(new Set(looks.map(([before]) => before)).size).toBeGreaterThan(1);
    expect(looks.filter(([before, after]) => before !== after)).toEqual([]);
  });

  it('writes nothing', async () => {
    const to = somewhere();
    await expect(shop.look((tx) => storeInbound(tx, to, message(), NOW))).rejects.toThrow(/read-only/);
  });
});

describe('a conversation that is closed', () => {
  const parts = (to: {
    conversation: string;
  }): Promise<{ status: string; reason: string | null; state: string }[]> =>
    inStore((tx) =>
      tx.query(
        `select m.status, m.reason, t.state from messages m join turns t on t.merchant = m.merchant and t.id = m.turn where m.conversation = $1 and m.direction = 'out'`,
        [to.conversation],
      ),
    );

  it('has nothing sent again of what was on its way and did not leave', async () => {
    const to = somewhere();
    const turn = turnOf(to);
    await inStore((tx) => storeInbound(tx, to, message(), NOW));
    const { attempt } = await inStore((tx) => take(tx, turn));
    const [key] = await inStore((tx) => keep(tx, turn, attempt, ['an answer']));
    if (key === undefined) throw new Error('no part was kept');
    await inStore((tx) => beginSending(tx, { ...turn, key }));
    await inStore((tx) => closeConversation(tx, MERCHANT, to.conversation));
    await inStore((tx) => recordWaiting(tx, { ...turn, key }, 'not-sent', null));
    expect(await parts(to)).toEqual([{ status: 'failed', reason: 'closed', state: 'silent' }]);
  });

  it('has nothing waiting, also where an answer is kept in the same moment', async () => {
    const left = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const to = somewhere();
        const turn = turnOf(to);
        await inStore((tx) => storeInbound(tx, to, message(), NOW));
        const { attempt } = await inStore((tx) => take(tx, turn));
        await Promise.all([
          inStore((tx) => keep(tx, turn, attempt, ['one', 'two'])).catch((error: unknown) => {
            if (!(error instanceof TurnMovedOn)) throw error;
          }),
          inStore((tx) => closeConversation(tx, MERCHANT, to.conversation)),
        ]);
        return parts(to);
      }),
    );
    expect(left.flat().filter(({ status }) => status === 'waiting')).toEqual([]);
  });
});
