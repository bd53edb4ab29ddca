import { afterAll, beforeAll, expect, test } from 'vitest';
import { metaBytes, whatsappMessage } from '../doubles/graph-api/wire.ts';
import { ChannelsRig, until } from './channels-rig.ts';

let rig: ChannelsRig;
beforeAll(async () => {
  rig = await ChannelsRig.open();
});
afterAll(() => rig.close());

const said = (number: string, from: string, text: string): Buffer =>
  metaBytes(
    whatsappMessage(number, from, 'زبون', {
      id: `wamid.outage.${from}`,
      timestamp: String(Math.floor(Date.now() / 1_000)),
      type: 'text',
      text: { body: text },
    }),
  );

test('while Temporal is away a post is refused with 503 and a large one is kept; when it is back everybody is answered once', async () => {
  const merchant = await rig.merchant();
  const number = await rig.line(merchant, 'whatsapp-cloud');
  await rig.stopTemporal();
  const one = said(number, '9647708100001', 'سؤال');
  expect((await rig.post(one)).status).toBe(503);
  const many = Array.from({ length: 50 }, (_, index) => String(9_647_708_200_000 + index));
  const large = metaBytes({
    object: 'whatsapp_business_account',
    entry: [
      {
        changes: [
          {
            field: 'messages',
            value: {
              metadata: { phone_number_id: number },
              messages: many.map((from) => ({
                from,
                id: `wamid.outage.${from}`,
                timestamp: String(Math.floor(Date.now() / 1_000)),
                type: 'text',
                text: { body: 'كثير' },
              })),
            },
          },
        ],
      },
    ],
  });
  expect((await rig.bring(large)).status).toBe(200);

  await rig.temporalReturns();
  // The provider's redelivery, until it is taken, and once more for good measure.
  expect((await rig.bring(one)).status).toBe(200);
  expect((await rig.bring(one)).status).toBe(200);
  const everybody = ['9647708100001', ...many];
  const answered = (): string[] => rig.graph.delivered().map(({ to }) => to);
  await until(() => everybody.every((customer) => answered().includes(customer)));
  await until(
    () => rig.rows('select id from kept_posts'),
    (left) => left.length === 0,
  );
  expect((await rig.bring(large)).status).toBe(200);
  await until(
    () => rig.rows('select id from kept_posts'),
    (left) => left.length === 0,
  );
  expect(answered().toSorted()).toEqual(everybody.toSorted());
});
