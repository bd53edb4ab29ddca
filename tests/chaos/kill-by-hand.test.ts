import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RunningZajel } from '../support/running-zajel.ts';
import { letDie, type StepByHand } from './steps.ts';

const watch = z.object({ sheet: z.object({ lastPollAt: z.string().nullable() }).nullable() });

describe('kill −9 between the commit of what a person asked for and its answer', () => {
  const zajel = new RunningZajel({}, { entry: 'tests/chaos/dies-on-purpose.ts' });
  beforeAll(async () => {
    await zajel.start();
    const timings = { pollSeconds: 5, settleSeconds: 1 };
    expect((await zajel.must('PATCH', '/api/merchants/demo/settings', { timings })).status).toBe(200);
    expect((await zajel.must('POST', '/api/automation/start', { merchant: 'demo' })).status).toBe(200);
    while ((await firstLook()) === null) await pause(100);
  }, 240_000);
  afterAll(() => zajel.remove(), 30_000);

  const firstLook = async (): Promise<string | null> =>
    watch.parse((await zajel.must('GET', '/api/automation/status?merchant=demo')).body).sheet?.lastPollAt ??
    null;

  const post = async (path: string, key: string, body: object): Promise<{ status: number; text: string }> => {
    const response = await fetch(`${zajel.url}/api/merchants/demo${path}`, {
      method: 'POST',
      headers: { 'x-api-key': zajel.adminKey, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  };

  /** Asked, died before the answer, asked again with the same key for as long as the first is said to be under way. */
  async function askedAcrossADeath(
    step: StepByHand,
    path: string,
    key: string,
    body: object,
  ): Promise<string> {
    await letDie(zajel, 'after', step);
    await expect(post(path, key, body)).rejects.toThrow();
    await zajel.died();
    await zajel.start();
    for (;;) {
      const { status, text } = await post(path, key, body);
      if (status === 202) return text;
      expect(status).toBe(409);
      await pause(1_000);
    }
  }

  it('a call that is repeated with its Idempotency-Key adopts no further rows and sends nothing a second time', async () => {
    const first = await askedAcrossADeath('adopted', '/sheet/adopt', 'adopt-1', { limit: 1 });
    expect(JSON.parse(first)).toEqual({ adopted: 1, orders: ['1001'] });
    await zajel.answered('201000000001', 1, 150_000);

    const again = await askedAcrossADeath('sent again', '/orders/1001/resend', 'resend-1', {});
    expect(JSON.parse(again)).toMatchObject({ id: '1001' });
    await zajel.answered('201000000001', 2, 150_000);
    expect(await zajel.received('201000000002')).toEqual([]);

    // Another key is another call.
    expect(JSON.parse((await post('/sheet/adopt', 'adopt-2', { limit: 1 })).text)).toEqual({
      adopted: 1,
      orders: ['1002'],
    });
    await zajel.answered('201000000002', 1, 150_000);
    expect(await zajel.received('201000000001')).toHaveLength(2);
  }, 600_000);
});
