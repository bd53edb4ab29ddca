import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { conversation } from './channels-rig.ts';
import { ChannelsRig, until } from './channels-rig.ts';

type Message = (typeof conversation)['_zod']['output']['messages'][number];

let rig: ChannelsRig;
let merchant: string;
let number: string;
let customer: string;
let counter = 0;
beforeAll(async () => {
  rig = await ChannelsRig.open();
});
afterAll(() => rig.close());
beforeEach(async () => {
  rig.echo.reset();
  rig.graph.reset();
  merchant = await rig.merchant();
  number = await rig.line(merchant, 'whatsapp-cloud');
  customer = `96477900000${String((counter += 1)).padStart(2, '0')}`;
});

const phone = () => rig.graph.delivered().filter(({ to }) => to === customer);
const look = () => rig.conversation(merchant, 'whatsapp', customer);
const answerIn = ({ messages }: Awaited<ReturnType<typeof look>>): Message | undefined =>
  messages.find(({ by }) => by === 'bot');
const failed = async (nth: number, code: number, times = 1): Promise<void> => {
  const sent = phone()[nth];
  if (sent?.id == null) throw new Error(`there is no send number ${nth}`);
  const { id, key } = sent;
  for (let time = 0; time < times; time += 1)
    rig.graph.status({
      account: number,
      id,
      status: 'failed',
      to: customer,
      code,
      ...(key === null ? {} : { key }),
    });
  await rig.graph.settled();
};
/** Asked and answered; the provider has taken the answer. */
const answered = async (): Promise<void> => {
  rig.graph.say({ account: number, from: customer, text: 'سؤال' });
  await until(
    () => look().then(answerIn, () => undefined),
    (answer) => answer?.status === 'accepted',
  );
};
const sends = (count: number): Promise<unknown> => until(() => phone().length >= count);

describe('an answer that the provider took and then reports as failed', () => {
  test('for a trouble of its own is sent again once, however often it reports, and can arrive then', async () => {
    await answered();
    await failed(0, 131000, 3);
    await sends(2);
    await failed(0, 131000, 2);
    const again = phone()[1];
    if (again?.id == null) throw new Error('not sent again');
    const key = again.key === null ? {} : { key: again.key };
    rig.graph.status({ account: number, id: again.id, status: 'delivered', to: customer, ...key });
    await until(async () => answerIn(await look())?.status === 'delivered');
    expect(phone().map(({ text }) => text)).toEqual(['1: سؤال', '1: سؤال']);
    expect((await look()).needsHuman).toBeNull();
  });

  test('again and again is given up after the third send: failed with its reason, and a person is told', async () => {
    await answered();
    await failed(0, 131016);
    await sends(2);
    await failed(1, 131016);
    await sends(3);
    await failed(2, 131016);
    await until(async () => answerIn(await look())?.status === 'failed');
    const seen = await look();
    expect(answerIn(seen)?.reason).toBe('provider-unavailable');
    expect(seen.needsHuman).toBe('provider-unavailable');
    expect(phone()).toHaveLength(3);
  });

  test('because the number was too fast waits with the number, and is sent again when it may', async () => {
    await answered();
    await failed(0, 130429);
    await until(look, ({ waiting }) => waiting?.reason === 'line-paused');
    await sends(2);
  });

  test('because this customer was written to too fast waits alone, and is sent again', async () => {
    await answered();
    await failed(0, 131056);
    await sends(2);
    const [line] = await rig.rows('select paused_until from lines where merchant = $1', [merchant]);
    expect(line).toEqual({ paused_until: null });
  });

  test('because the service window is shut is held and shown; where there is a template, that goes instead', async () => {
    await answered();
    await failed(0, 131047);
    await until(look, (one) => one.waiting?.reason === 'window-closed' && one.needsHuman === 'window-closed');
    expect(phone()).toHaveLength(1);

    customer = `${customer}9`;
    await rig.ok('PATCH', `/api/merchants/${merchant}/rules`, {
      outsideWindow: { name: 'we_have_an_answer', language: 'ar', variables: ['{answer}'] },
    });
    await answered();
    await failed(0, 131047);
    await sends(2);
    expect(phone()[1]?.body).toMatchObject({ type: 'template', template: { name: 'we_have_an_answer' } });
    // Refused as a template too: there is no third way.
    await failed(1, 131047);
    await until(async () => answerIn(await look())?.status === 'failed');
    expect(phone()).toHaveLength(2);
  });

  test('because the token was refused waits for a new one; the line stops and says so', async () => {
    await answered();
    await failed(0, 190);
    const line = await until(
      () => rig.ok('GET', `/api/merchants/${merchant}/lines/whatsapp-cloud`),
      ({ state }) => state === 'logged-out',
    );
    expect(line['reason']).toBe('token-refused');
    await until(look, ({ waiting }) => waiting?.reason === 'line-down');
    expect(phone()).toHaveLength(1);
    await rig.ok('PATCH', `/api/merchants/${merchant}/lines/whatsapp-cloud`, { accessToken: 'a-new-token' });
    await sends(2);
    await until(async () => answerIn(await look())?.status === 'accepted');
    expect(phone()).toHaveLength(2);
  });

  test.each([
    [131026, 'not-on-whatsapp'],
    [131049, 'held-back-by-provider'],
    [100, 'request-refused'],
  ])('for good (%i) is not sent again: it says why, and a person is told', async (code, reason) => {
    await answered();
    await failed(0, code);
    const seen = await until(look, (one) => answerIn(one)?.status === 'failed');
    expect([answerIn(seen)?.reason, seen.needsHuman]).toEqual([reason, reason]);
    // Something else of this customer's goes through, and nothing of the old beside it.
    rig.graph.say({ account: number, from: customer, text: 'آخر' });
    await sends(2);
    expect(phone().map(({ text }) => text)).toEqual(['1: سؤال', '1: آخر']);
  });

  test('long ago has become stale: a person decides', async () => {
    await answered();
    await rig.rows(
      `update messages set at = now() - interval '2 hours' where merchant = $1 and direction = 'out'`,
      [merchant],
    );
    await failed(0, 131000);
    const seen = await until(look, (one) => answerIn(one)?.status === 'failed');
    expect(seen.needsHuman).toBe('provider-unavailable');
    expect(phone()).toHaveLength(1);
  });
});
