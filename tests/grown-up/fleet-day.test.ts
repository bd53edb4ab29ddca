import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Fleet } from '../support/grown-up/fleet.ts';
import { KilledInTurn } from '../support/grown-up/killed-in-turn.ts';
import { Town } from '../support/grown-up/town.ts';

const outbox = z.object({ items: z.array(z.object({ text: z.string(), key: z.string() })) });
const talk = z.object({
  phase: z.string(),
  inCharge: z.enum(['bot', 'human']),
  waiting: z.object({ reason: z.string() }).nullable(),
  messages: z.array(
    z.object({
      key: z.string(),
      direction: z.enum(['in', 'out']),
      by: z.string(),
      text: z.string(),
      status: z.string(),
      turn: z.string().nullish(),
    }),
  ),
});
type Talk = z.output<typeof talk>;
const automation = z.object({ sheet: z.object({ lastPollAt: z.string().nullable() }).nullable() });
const heard = z.object({ kind: z.string(), data: z.looseObject({ key: z.string().optional() }) });

const SHOP = '/api/merchants/shop';
const LEFT = ['accepted', 'sent', 'delivered', 'read'];
const COLUMNS = 'رقم الطلب,الاسم,رقم الهاتف,اسم المنتج,الكمية,السعر الإجمالي,الحالة,ملاحظات,حالة الواتساب';

/** What happens in a shop, seen from outside only, while one process after the other is killed. */
describe(
  'a shop’s day on three workers and two APIs, each of them killed in turn',
  { timeout: 600_000 },
  () => {
    let town: Town;
    let fleet: Fleet;
    let killed: KilledInTurn;

    beforeAll(async () => {
      town = await Town.open({
        WINDOW_MS: '3000',
        GRACE_PERIOD_MS: '500',
        WINDOW_MAX_MS: '6000',
      });
      ({ fleet } = town);
      await fleet.ask('POST', '/api/merchants', {
        id: 'shop',
        name: 'متجر',
        country: 'EG',
        timezone: 'Africa/Cairo',
        language: 'ar',
        currency: 'EGP',
      });
      await fleet.ask('POST', `${SHOP}/lines`, { id: 'sim', channel: 'simulator' });
      await fleet.ask('PATCH', `${SHOP}/rules`, { alwaysAnswer: true });
      await fleet.ask('PATCH', `${SHOP}/settings`, { timings: { pollSeconds: 5, settleSeconds: 1 } });
      killed = new KilledInTurn(fleet);
    });
    afterAll(async () => {
      await town.close();
    });

    const say = (from: string, text: string, id: string, api = 0): Promise<unknown> =>
      fleet.ask('POST', '/api/simulator/shop/sim/messages', { from, text, id }, api);
    const received = async (to: string): Promise<{ text: string; key: string }[]> =>
      outbox.parse(await fleet.ask('GET', `/api/simulator/shop/sim/outbox?to=${to}&limit=200`)).items;
    const talkOf = (customer: string): string => `${SHOP}/conversations/simulator/${customer}`;
    const look = async (customer: string): Promise<Talk> =>
      talk.parse(await fleet.ask('GET', talkOf(customer)));
    const sent = ({ messages }: Talk): Talk['messages'] =>
      messages.filter(({ direction }) => direction === 'out');
    const said = ({ messages }: Talk): Talk['messages'] =>
      messages.filter(({ direction }) => direction === 'in');
    /** No window is open, no turn is thought of, and nothing is on its way any more. */
    const settled = async (customer: string): Promise<Talk> => {
      for (;;) {
        const seen = await look(customer);
        const isQuiet = seen.phase === 'idle' || seen.phase === 'human';
        if (isQuiet && sent(seen).length > 0 && sent(seen).every(({ status }) => LEFT.includes(status)))
          return seen;
        await pause(300);
      }
    };
    const customers = (first: number, count: number): string[] =>
      Array.from({ length: count }, (_, index) => String(201_000_000_000 + first + index));
    /** The phone has what the transcript says, each once. */
    const expectEachOnce = async (customer: string, seen: Talk): Promise<void> => {
      const arrived = await received(customer);
      expect(arrived.map(({ key }) => key).toSorted()).toEqual(
        sent(seen)
          .map(({ key }) => key)
          .toSorted(),
      );
    };

    it('answers what is written in pieces, each brought twice and to both APIs, once', async () => {
      const pieces = ['السلام عليكم', 'بكم القميص؟', 'وهل التوصيل متاح؟'];
      const writers = customers(0, 12);
      await Promise.all(
        writers.map(async (from) => {
          for (const [index, piece] of pieces.entries())
            await Promise.all([0, 1].map((api) => say(from, piece, `${from}-${index}`, api)));
        }),
      );
      for (const customer of writers) {
        const seen = await settled(customer);
        expect(said(seen).map(({ text }) => text)).toEqual(pieces);
        // One turn, or two where a piece came when the window was over; never two answers to one.
        const turns = new Set(said(seen).map(({ turn }) => turn));
        expect(sent(seen).map(({ turn }) => turn)).toEqual([...turns]);
        await expectEachOnce(customer, seen);
      }
    });

    it('lets a person take over, write, and hand back, each done once however often it is asked', async () => {
      const [customer = ''] = customers(100, 1);
      await say(customer, 'السلام عليكم', 'p1');
      await settled(customer);
      await fleet.ask('POST', `${talkOf(customer)}/take-over`, { minutes: 30 });
      const texts = ['معك أحمد', 'وصل طلبك اليوم', 'شكرا لك'];
      for (const text of texts) await fleet.ask('POST', `${talkOf(customer)}/messages`, { text });
      expect((await settled(customer)).inCharge).toBe('human');
      await fleet.ask('POST', `${talkOf(customer)}/hand-back`, {});
      await say(customer, 'بكم القميص؟', 'p2');
      const seen = await settled(customer);
      expect(seen.inCharge).toBe('bot');
      expect(
        sent(seen)
          .filter(({ by }) => by === 'human')
          .map(({ text }) => text),
      ).toEqual(texts);
      expect(sent(seen).filter(({ by }) => by === 'bot')).toHaveLength(2);
      await expectEachOnce(customer, seen);
    });

    it('keeps what a stopped line can’t send, and sends it once when the line is started', async () => {
      await fleet.ask('POST', `${SHOP}/lines/sim/stop`);
      const writers = customers(200, 8);
      await Promise.all(writers.map((from) => say(from, 'بكم القميص؟', `${from}-held`)));
      for (const customer of writers)
        while ((await look(customer)).waiting?.reason !== 'line-down') await pause(300);
      await fleet.ask('POST', `${SHOP}/lines/sim/start`);
      for (const customer of writers) {
        const seen = await settled(customer);
        expect(sent(seen)).toHaveLength(1);
        await expectEachOnce(customer, seen);
      }
    });

    it('tells customers of their orders, hears what they answer and writes it into the file', async () => {
      const folder = join(town.place.folder, 'sheets');
      const file = join(folder, 'orders.csv');
      const row = (order: number): string => `${order},سعاد,0100000${order},قميص قطن,1,350,,,`;
      const save = (lines: readonly string[]): void => {
        writeFileSync(`${file}.new`, `${[COLUMNS, ...lines].join('\r\n')}\r\n`);
        renameSync(`${file}.new`, file);
      };
      const statusOf = (order: number): string | undefined =>
        readFileSync(file, 'utf8')
          .split('\r\n')
          .find((line) => line.startsWith(`${order},`))
          ?.split(',')[6];
      mkdirSync(folder, { recursive: true });
      save([row(5000)]);
      await fleet.ask('PUT', `${SHOP}/sheet`, { kind: 'file', path: 'orders.csv', line: 'sim' });
      await fleet.ask('POST', '/api/automation/start', { merchant: 'shop' });
      const lastPoll = async (): Promise<string | null> =>
        automation.parse(await fleet.ask('GET', '/api/automation/status?merchant=shop')).sheet?.lastPollAt ??
        null;
      while ((await lastPoll()) === null) await pause(300);
      const orders = [5001, 5002, 5003];
      save([5000, ...orders].map(row));
      const phoneOf = (order: number): string => `20100000${order}`;
      for (const order of orders) {
        while ((await received(phoneOf(order))).length === 0) await pause(300);
        await say(phoneOf(order), 'أؤكد', `yes-${order}`);
      }
      for (const order of orders) while (statusOf(order) !== 'تم التأكيد') await pause(300);
      for (const order of orders) while ((await received(phoneOf(order))).length < 2) await pause(300);
      // A poll later nothing more has been said, to nobody.
      const polled = await lastPoll();
      while ((await lastPoll()) === polled) await pause(300);
      for (const order of orders) {
        const [told, answer, ...more] = await received(phoneOf(order));
        expect(told?.key).toBe(`order/${order}/newOrder/1`);
        expect(answer?.text).toContain(String(order));
        expect(more).toEqual([]);
      }
      expect(await received(phoneOf(5000))).toEqual([]);
    });

    it('tells a listener that comes back to whichever API each event once', async () => {
      const writers = customers(300, 20);
      const keys = new Set<string>();
      // One after the other, so that streams are cut off in the middle.
      const telling = (async () => {
        for (const [api, from] of writers.entries()) {
          await say(from, 'مرحبا', `${from}-event`, api);
          await pause(500);
        }
      })();
      let last = '0-0';
      const ids = new Set<string>();
      const wanted = (key: string | undefined): key is string => key?.endsWith('-event') === true;
      for (let api = 0; keys.size < writers.length; api += 1)
        for await (const { id, event } of fleet.events('merchant=shop', last, api)) {
          expect(ids.has(id)).toBe(false);
          ids.add(id);
          last = id;
          const { kind, data } = heard.parse(event);
          if (kind === 'message.received' && wanted(data.key)) {
            expect(keys.has(data.key)).toBe(false);
            keys.add(data.key);
          }
          if (keys.size === writers.length) break;
        }
      await telling;
      expect(keys.size).toBe(writers.length);
    });

    it('had each of its processes killed meanwhile', async () => {
      const kills = await killed.end();
      expect([...kills.keys()]).toEqual(['worker 1', 'worker 2', 'worker 3', 'api 1', 'api 2']);
    });
  },
);
