import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGraphDouble, type GraphDouble } from '../doubles/graph-api/double.ts';
import { RunningZajel } from '../support/running-zajel.ts';
import { letDie } from './steps.ts';

/** Far less than the ten minutes after which a person is told of an unclear send, and enough for a busy machine. */
const SOON = { timeout: 150_000, interval: 200 };
const APP_SECRET = 'app-secret-of-the-shop';
const NUMBER = '106540352242922';
const CUSTOMER = '9647701000001';

let graph: GraphDouble;
let zajel: RunningZajel;
beforeAll(async () => {
  graph = await startGraphDouble();
  zajel = new RunningZajel(
    { GRAPH_API_URL: `${graph.url}/v23.0`, MAX_RETRY_ATTEMPTS: '0' },
    { entry: 'tests/chaos/dies-on-purpose.ts' },
  );
  await zajel.start();
  await zajel.must('POST', '/api/meta-apps', { id: 'shop', appSecret: APP_SECRET, verifyToken: 'a-word' });
  const line = { id: 'wa', channel: 'whatsapp-cloud', phoneNumberId: NUMBER, accessToken: 't', app: 'shop' };
  expect((await zajel.must('POST', '/api/merchants/demo/lines', line)).status).toBe(201);
  graph.callback({ url: `${zajel.url}/webhooks/meta/shop`, appSecret: APP_SECRET, statuses: [] });
}, 180_000);
afterAll(async () => {
  await zajel.remove();
  await graph.close();
}, 60_000);

it('whoever writes on after the last attempt at an answer died is answered, and does not wait for what became of that', async () => {
  await letDie(zajel, 'after', 'intent written');
  graph.say({ account: NUMBER, from: CUSTOMER, text: 'السلام عليكم' });
  await zajel.died();
  await zajel.start();
  graph.say({ account: NUMBER, from: CUSTOMER, text: 'بكم القميص؟' });
  const heard = (): string[] =>
    graph
      .delivered()
      .filter(({ to }) => to === CUSTOMER)
      .map(({ text }) => text);
  await expect.poll(heard, SOON).toEqual([expect.stringContaining('350')]);
}, 400_000);
