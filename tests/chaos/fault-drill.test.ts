import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { healthOfCalls } from '../../domain/network-health.ts';
import { merchantId } from '../../domain/ids.ts';
import { addCounts, NO_CALLS, type CallCounts } from '../../domain/destination.ts';
import { readNetwork } from '../../store/network.ts';
import { Sweep } from '../../worker/sweep.ts';
import type { FaultPlan } from '../doubles/far-end/faults.ts';
import { APP_SECRET, ChannelsRig, EVOLUTION_SECRET, until } from '../e2e/channels-rig.ts';

/** Ten minutes are the drill (`FAULT_DRILL_SECONDS=600 npx vitest run tests/chaos/fault-drill.test.ts`); a few seconds of it are enough for every day. */
const SECONDS = Number(process.env['FAULT_DRILL_SECONDS'] ?? 6);
/** Where the drill's figures are written. @default nowhere */
const REPORT = process.env['FAULT_DRILL_REPORT'];
/** On a machine that has other things to do: fewer. */
const PER_SECOND = Number(process.env['FAULT_DRILL_PER_SECOND'] ?? 5);
/** Customers who write in the same instant, at the beginning. */
const AT_ONCE = SECONDS >= 60 ? 100 : 10;
/** Health looks back over this in the drill, so that recovery shows within it. */
const WINDOW_MS = 5_000;

/** What a bad network does, on either side of "the message was taken". A few of the slowest kind are enough. */
const FAULTS: readonly FaultPlan[] = [
  { kind: 'reset', share: 0.03 },
  { kind: 'half-close', share: 0.03 },
  { kind: 'accept-then-reset', share: 0.03 },
  { kind: 'accept-then-time-out', share: 0.005 },
  { kind: 'http', status: 429, retryAfter: 1, share: 0.01 },
  { kind: 'http', status: 500, share: 0.12 },
  { kind: 'http', status: 503, share: 0.12 },
];

/** The longest that a breaker leaves a destination alone (5 min), and the return of those who waited for it. */
const SETTLED_WITHIN_MS = 15 * 60_000;

interface Sent {
  readonly line: string;
  readonly key: string;
  readonly status: string;
  readonly attempts: number;
}

let rig: ChannelsRig;
let sweep: Sweep;
beforeAll(async () => {
  rig = await ChannelsRig.open();
  const { database, mail, context } = rig.house;
  const { windowDefaults, measures } = context;
  // As beside every worker: what was stored and could not be signalled is found again.
  sweep = new Sweep({
    database,
    mail,
    windowDefaults,
    maxRetries: 2,
    measures,
    logger: pino({ level: 'silent' }),
  });
  sweep.start();
});
afterAll(async () => {
  await sweep.stop();
  await rig.close();
});

describe('a network that fails', () => {
  it(
    `for ${SECONDS} s at ${PER_SECOND} messages a second loses nothing and doubles nothing, and health tells of it and of its end`,
    async () => {
      const merchant = await rig.merchant();
      const number = await rig.line(merchant, 'whatsapp-cloud');
      const instance = await rig.line(merchant, 'evolution');
      const { graph, evolution } = rig;
      const evolutionLine = `/api/merchants/${merchant}/lines/evolution`;
      // The pace of an unofficial session would make an hour of this.
      await rig.ok('PATCH', evolutionLine, { pace: null });
      graph.callback({
        url: `${rig.url}/webhooks/meta/shop-app`,
        appSecret: APP_SECRET,
        statuses: ['delivered'],
      });
      evolution.callback({
        url: `${rig.url}/webhooks/evolution/evolution`,
        secret: EVOLUTION_SECRET,
        echoes: true,
      });
      const counts = async (windowMs: number): Promise<CallCounts> => {
        await rig.house.networkLog.flush();
        const reports = await rig.house.database.system((tx) =>
          readNetwork(tx, Date.now(), windowMs, merchantId(merchant)),
        );
        return reports.map(({ recent }) => recent).reduce(addCounts, NO_CALLS);
      };
      const outgoing = (): Promise<Sent[]> =>
        rig.house.database.merchant(merchantId(merchant), (tx) =>
          tx.query<Sent & { [column: string]: unknown }>(
            `select line, key, status, attempts from messages where direction = 'out'`,
          ),
        );
      const unsettled = (): Promise<number> =>
        rig.house.database.merchant(merchantId(merchant), async (tx) => {
          const [row] = await tx.query<{ left: number }>(
            `select count(*)::int as left from messages where direction = 'out' and status in ('waiting', 'sending')`,
          );
          return row?.left ?? NaN;
        });
      const phones = (): string[] => [
        ...graph.delivered().map(({ to, text }) => `${to} ${text}`),
        ...evolution.delivered().map(({ to, text }) => `${to} ${text}`),
      ];
      const health: string[] = [];
      const troubles: string[] = [];
      const watch = setInterval(() => {
        void counts(WINDOW_MS).then(
          (recent) => {
            const now = healthOfCalls(recent);
            if (health.at(-1) !== now) health.push(now);
          },
          // A store that is too busy to be asked: the next second asks again.
          (busy: unknown) => void troubles.push(String(busy)),
        );
      }, 1_000);

      const moveTo = (serverUrl: string): Promise<unknown> =>
        until(
          async () => (await rig.ask('PATCH', evolutionLine, { serverUrl })).status,
          (status) => status === 200,
        );
      const work = timesOf();
      let customers = 0;
      const say = (text: string): void => {
        const from = String(9_647_700_100_000 + (customers += 1));
        if (customers % 2 === 0) graph.say({ account: number, from, text });
        else evolution.say({ instance, from, text });
      };
      for (const plan of FAULTS) {
        graph.fail(plan);
        evolution.fail(plan);
      }
      graph.fail({ kind: 'error', code: 131000, share: 0.1 });
      for (let n = 0; n < AT_ONCE; n += 1) say(`معًا ${n}`);
      const total = SECONDS * PER_SECOND;
      for (let n = 0; n < total; n += 1) {
        say(`سؤال ${n}`);
        // For a tenth of the time the name of one of the servers leads nowhere.
        if (n === Math.floor(total * 0.4)) await moveTo('http://evolution.invalid');
        if (n === Math.floor(total * 0.5)) await moveTo(evolution.url);
        await pause(1_000 / PER_SECOND);
      }
      const saidWithinMs = timesOf().passedMs - work.passedMs;
      const spent = since(work);
      const answered = async (): Promise<number> => (await outgoing()).length - (await unsettled());
      await expect.poll(answered, { timeout: SETTLED_WITHIN_MS, interval: 2_000 }).toBe(total + AT_ONCE);
      const settledAfterMs = timesOf().passedMs - work.passedMs - saidWithinMs;

      const sent = await outgoing();
      const onPhones = phones();
      expect(new Set(onPhones).size).toBe(onPhones.length);
      const onCloud = new Set(graph.delivered().map(({ key }) => key));
      for (const { line, key, status } of sent)
        if (line === 'whatsapp-cloud' && status !== 'unknown') expect(onCloud).toContain(key);
      const unclear = sent.filter(({ status }) => status === 'unknown').length;
      expect(onPhones.length).toBeGreaterThanOrEqual(sent.length - unclear);
      const again = sent.filter(({ attempts }) => attempts > 1);
      const wentWell = again.filter(({ status }) => status !== 'unknown' && status !== 'failed');
      expect(wentWell.length).toBeGreaterThan(0);
      // A share of a dozen says nothing: that is asked of the long form. Given up is none.
      expect(again.filter(({ status }) => status === 'failed')).toEqual([]);
      if (again.length >= 50) expect(wentWell.length / again.length).toBeGreaterThanOrEqual(0.8);
      const figures = await counts(24 * 3_600_000);

      graph.heal();
      evolution.heal();
      await graph.down();
      for (let n = 0; n < 8; n += 1)
        graph.say({ account: number, from: `9647800${String(100_000 + n)}`, text: 'هل أنتم هنا؟' });
      const healthNow = async (): Promise<string> => healthOfCalls(await counts(WINDOW_MS));
      await expect.poll(healthNow, { timeout: 60_000, interval: 200 }).toBe('critical');
      await graph.up();
      await expect.poll(healthNow, { timeout: 90_000, interval: 500 }).toBe('healthy');
      await expect
        .poll(() => new Set(phones()).size, { timeout: 150_000, interval: 500 })
        .toBe(onPhones.length + 8);
      expect(phones()).toHaveLength(onPhones.length + 8);
      clearInterval(watch);
      if (REPORT !== undefined) {
        const lost = sent.length - unclear - new Set(onPhones).size;
        const tries = graph.received().length + evolution.received().length;
        writeFileSync(
          REPORT,
          `${JSON.stringify(
            {
              seconds: SECONDS,
              perSecond: PER_SECOND,
              saidWithinMs: Math.round(saidWithinMs),
              settledAfterMs: Math.round(settledAfterMs),
              ...spent,
              messages: sent.length,
              lost: Math.max(lost, 0),
              doubled: onPhones.length - new Set(onPhones).size,
              unclear,
              tries,
              sentAgain: again.length,
              sentAgainAndWentWell: wentWell.length,
              figures,
              health,
              storeTooBusyToBeAsked: troubles.length,
            },
            null,
            2,
          )}\n`,
        );
      }
    },
    (SECONDS + 700) * 1_000 + SETTLED_WITHIN_MS,
  );
});

interface Times {
  readonly passedMs: number;
  readonly ownMs: number;
  readonly machineMs: number;
  readonly idleMs: number;
}

/** This process (API, worker, database, doubles) and the whole machine, since they began. */
function timesOf(): Times {
  const { user, system } = process.cpuUsage();
  const all = cpus().map(({ times }) => times);
  const idleMs = all.reduce((sum, { idle }) => sum + idle, 0);
  const machineMs = all.reduce((sum, times) => sum + Object.values(times).reduce((a, b) => a + b, 0), 0);
  return { passedMs: performance.now(), ownMs: (user + system) / 1_000, machineMs, idleMs };
}

/** How much of the machine was used while the messages came. */
function since(then: Times): { cores: number; coresOfZajelAndDoubles: number; coresBusy: number } {
  const now = timesOf();
  const passedMs = now.passedMs - then.passedMs;
  const busyMs = now.machineMs - then.machineMs - (now.idleMs - then.idleMs);
  return {
    cores: cpus().length,
    coresOfZajelAndDoubles: Number(((now.ownMs - then.ownMs) / passedMs).toFixed(2)),
    coresBusy: Number((busyMs / passedMs).toFixed(2)),
  };
}
