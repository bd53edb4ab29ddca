import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sign } from '../../channels/meta/signature.ts';
import { startGraphDouble, type GraphDouble } from '../doubles/graph-api/double.ts';
import { metaBytes } from '../doubles/graph-api/wire.ts';
import { RunningZajel } from '../support/running-zajel.ts';
import { letDie } from './steps.ts';

/** Longer than a busy machine takes for a start and so many answers. */
const IN_THE_END = { timeout: 200_000, interval: 200 };
const APP_SECRET = 'app-secret-of-the-shop';
const NUMBER = '106540352242922';
/** More than one transaction's worth, so that some are stored and others are only in the post. */
const CUSTOMERS = 150;

let graph: GraphDouble;
let zajel: RunningZajel;
beforeAll(async () => {
  graph = await startGraphDouble();
  zajel = new RunningZajel(
    { GRAPH_API_URL: `${graph.url}/v23.0` },
    { entry: 'tests/chaos/dies-on-purpose.ts' },
  );
  await zajel.start();
  await zajel.must('POST', '/api/meta-apps', { id: 'shop', appSecret: APP_SECRET, verifyToken: 'a-word' });
  const line = { id: 'wa', channel: 'whatsapp-cloud', phoneNumberId: NUMBER, accessToken: 't', app: 'shop' };
  expect((await zajel.must('POST', '/api/merchants/demo/lines', line)).status).toBe(201);
}, 180_000);
afterAll(async () => {
  await zajel.remove();
  await graph.close();
}, 60_000);

/** Meta's post with one message of each customer; resolves with what it was answered. */
async function post(customers: readonly string[]): Promise<number> {
  const bytes = metaBytes({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: 'waba',
        changes: [
          {
            field: 'messages',
            value: {
              metadata: { phone_number_id: NUMBER },
              messages: customers.map((from) => ({
                from,
                id: `wamid.large.${from}`,
                timestamp: String(Math.floor(Date.now() / 1_000)),
                type: 'text',
                text: { body: 'السلام عليكم' },
              })),
            },
          },
        ],
      },
    ],
  });
  // As Meta does: what a busy house refuses for now is brought again.
  for (;;) {
    const { status } = await fetch(`${zajel.url}/webhooks/meta/shop`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': sign(bytes, APP_SECRET) },
      body: new Uint8Array(bytes),
    });
    if (status !== 503) return status;
    await pause(200);
  }
}

describe('a post too large to be stored before its 200', () => {
  it.each([
    ['before the first of it is stored', 'before', 9_647_701_000_000],
    ['when some of it is stored and nobody was told', 'after', 9_647_702_000_000],
  ] as const)(
    'is answered whole, once, by the next start when Zajel is killed −9 after the 200, %s',
    async (_when, moment, first) => {
      const customers = Array.from({ length: CUSTOMERS }, (_, index) => String(first + index));
      await letDie(zajel, moment, 'stored');
      // Meta was told that it is taken, and will never bring it again.
      expect(await post(customers)).toBe(200);
      await zajel.died();
      const onPhones = (): string[] =>
        graph
          .delivered()
          .map(({ to }) => to)
          .filter((to) => customers.includes(to));
      expect(onPhones()).toEqual([]);

      await zajel.start();
      await expect.poll(() => new Set(onPhones()).size, IN_THE_END).toBe(CUSTOMERS);
      // What would come twice comes with a message that follows.
      const next = String(first + CUSTOMERS);
      expect(await post([next])).toBe(200);
      await expect.poll(() => graph.delivered().some(({ to }) => to === next), IN_THE_END).toBe(true);
      expect(onPhones().toSorted()).toEqual(customers);
    },
    300_000,
  );
});
