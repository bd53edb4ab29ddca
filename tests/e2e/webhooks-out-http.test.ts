import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { WebhookReader } from '../../worker/webhook-reader.ts';
import { startServer, type Heard, type Server } from '../doubles/far-end/server.ts';
import { ChannelsRig, until } from './channels-rig.ts';

let rig: ChannelsRig;
let receiver: Server;
let reader: WebhookReader;
let heard: Heard[] = [];
beforeAll(async () => {
  rig = await ChannelsRig.open();
  receiver = await startServer({}, (request) => {
    heard.push(request);
    request.reply(200, {});
  });
  const { database, client, context } = rig.house;
  reader = new WebhookReader({ database, client, logger: context.logger });
});
afterAll(async () => {
  await rig.close();
  await receiver.close();
});

const page = z.object({
  items: z.array(
    z.object({
      event: z.string(),
      state: z.string(),
      attempts: z.number(),
      problem: z.string().nullable(),
      status: z.number().nullable(),
    }),
  ),
});

test('a merchant’s own system is registered, watched and served again over HTTP, by the merchant’s own key and nobody else’s', async () => {
  heard = [];
  const merchant = await rig.merchant();
  const other = await rig.merchant();
  const number = await rig.line(merchant, 'whatsapp-cloud');
  const keyOf = async (of: string): Promise<string> =>
    String(
      (await rig.ok('POST', `/api/merchants/${of}/keys`, { name: 'crm', scopes: ['read', 'manage'] }))['key'],
    );
  const [own, foreign] = [await keyOf(merchant), await keyOf(other)];
  const path = `/api/merchants/${merchant}/webhooks`;
  const created = await rig.ask(
    'POST',
    path,
    { id: 'crm', url: 'http://10.0.0.1/', events: ['message.received'] },
    own,
  );
  expect(created.status).toBe(201);
  const secret = String(created.body['secret']);
  const listed = await rig.ask('GET', path, undefined, own);
  expect(listed.text).toContain('http://10.0.0.1/');
  expect(listed.text).not.toContain(secret);
  expect((await rig.ask('GET', path, undefined, foreign)).status).toBe(404);

  await reader.once();
  rig.graph.say({ account: number, from: '9647708300001', text: 'مرحبا' });
  const deliveries = async (query = '') =>
    page.parse((await rig.ask('GET', `${path}/crm/deliveries${query}`, undefined, own)).body).items;
  // An address inside the house's own network is given up at once.
  const [dead] = await until(
    async () => {
      await reader.once();
      return deliveries('?state=dead');
    },
    (items) => items.length === 1,
  );
  expect(dead).toMatchObject({ state: 'dead', problem: 'private-address', attempts: 1 });
  expect(heard).toEqual([]);

  const again = `${path}/crm/deliveries/${dead?.event ?? ''}/redeliver`;
  expect((await rig.ask('POST', again, undefined, foreign)).status).toBe(404);
  expect((await rig.ask('PATCH', `${path}/crm`, { url: receiver.url }, own)).status).toBe(200);
  expect((await rig.ask('POST', again, undefined, own)).status).toBe(202);
  await until(
    async () => {
      await reader.once();
      return deliveries();
    },
    (items) => items.every(({ state }) => state === 'delivered'),
  );
  const [got, ...more] = heard;
  expect(more).toEqual([]);
  const timestamp = String(got?.headers['x-zajel-timestamp']);
  const signature = createHmac('sha256', secret)
    .update(`${timestamp}.`)
    .update(got?.raw ?? '')
    .digest('hex');
  expect(got?.headers['x-zajel-signature']).toBe(`sha256=${signature}`);
  expect(got?.json).toMatchObject({ id: dead?.event, type: 'message.received', merchant });
  expect(
    (await rig.ask('POST', `${path}/crm/deliveries/evt_999999999/redeliver`, undefined, own)).status,
  ).toBe(404);
});
