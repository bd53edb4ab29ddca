import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { healthOfCalls } from '../../domain/network-health.ts';
import { merchantId } from '../../domain/ids.ts';
import { addCounts, NO_CALLS, type CallCounts } from '../../domain/destination.ts';
import { readNetwork } from '../../store/network.ts';
import { ChannelsRig } from '../e2e/channels-rig.ts';

/** Ten minutes are the drill (`FAULT_DRILL_SECONDS=600 npx vitest run tests/chaos/fault-drill.test.ts`); a few seconds of it are enough for every day. */
const SECONDS = Number(process.env['FAULT_DRILL_SECONDS'] ?? 6);
const PER_SECOND = 5;
/** Health looks back over this in the drill, so that recovery shows within it. */
const WINDOW_MS = 5_000;

let rig: ChannelsRig;
beforeAll(async () => {
  rig = await ChannelsRig.open(17_900);
});
afterAll(() => rig.close());

describe('a network that fails', () => {
  it(
    `for ${SECONDS} s at ${PER_SECOND} messages a second loses nothing and doubles nothing, and health tells of it and of its end`,
    async () => {
      const merchant = await rig.merchant();
      await rig.ok('PUT', `/api/merchants/${merchant}/rules`, { alwaysAnswer: true });
      const account = await rig.line(merchant, 'whatsapp-cloud');
      const { graph } = rig;
      const counts = async (): Promise<CallCounts> => {
        await rig.house.networkLog.flush();
        const reports = await rig.house.database.system((tx) =>
          readNetwork(tx, Date.now(), WINDOW_MS, merchantId(merchant)),
        );
        return reports.map(({ recent }) => recent).reduce(addCounts, NO_CALLS);
      };
      const outgoing = (): Promise<{ key: string; status: string; attempts: number }[]> =>
        rig.house.database.merchant(merchantId(merchant), (tx) =>
          tx.query(`select key, status, attempts from messages where direction = 'out'`),
        );

      for (const kind of ['reset', 'half-close', 'accept-then-reset'] as const)
        graph.fail({ kind, share: 0.03 });
      for (const status of [500, 503]) graph.fail({ kind: 'http', status, share: 0.12 });
      graph.fail({ kind: 'error', code: 131000, share: 0.1 });
      const total = SECONDS * PER_SECOND;
      for (let n = 0; n < total; n += 1) {
        graph.say({ account, from: `9647700${String(100_000 + n)}`, text: `سؤال ${n}` });
        await pause(1_000 / PER_SECOND);
      }
      await expect
        .poll(
          async () =>
            (await outgoing()).filter(({ status }) => !['waiting', 'sending'].includes(status)).length,
          { timeout: 120_000, interval: 500 },
        )
        .toBe(total);

      const sent = await outgoing();
      const onPhones = graph.delivered().map(({ key }) => key);
      expect(new Set(onPhones).size).toBe(onPhones.length);
      for (const { key, status } of sent) if (status !== 'unknown') expect(onPhones).toContain(key);
      const retried = sent.filter(({ attempts, status }) => attempts > 1 && status !== 'unknown');
      const againUnclear = sent.filter(({ attempts, status }) => attempts > 1 && status === 'unknown');
      expect(retried.length).toBeGreaterThan(0);
      expect(retried.length / (retried.length + againUnclear.length)).toBeGreaterThanOrEqual(0.8);

      graph.heal();
      await graph.down();
      for (let n = 0; n < 8; n += 1)
        graph.say({ account, from: `9647800${String(100_000 + n)}`, text: 'هل أنتم هنا؟' });
      await expect
        .poll(async () => healthOfCalls(await counts()), { timeout: 30_000, interval: 200 })
        .toBe('critical');
      await graph.up();
      await expect
        .poll(async () => healthOfCalls(await counts()), { timeout: 60_000, interval: 500 })
        .toBe('healthy');
      await expect
        .poll(async () => new Set(graph.delivered().map(({ key }) => key)).size, {
          timeout: 150_000,
          interval: 500,
        })
        .toBe(onPhones.length + 8);
      expect(graph.delivered()).toHaveLength(onPhones.length + 8);
    },
    (SECONDS + 400) * 1_000,
  );
});
