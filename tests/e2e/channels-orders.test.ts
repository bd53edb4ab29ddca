import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createRules } from '../../answers/rules/rules.ts';
import { orderRow, SheetFile, type Row } from '../support/sheet-file.ts';
import { ChannelsRig, until } from './channels-rig.ts';

const order = z.object({
  phase: z.string(),
  waiting: z.object({ reason: z.string() }).nullable(),
  timeline: z.array(z.object({ event: z.string(), detail: z.record(z.string(), z.unknown()) })),
});
const phone = (index: number): string => `96477074000${String(index).padStart(2, '0')}`;
const row = (index: number, more: { status?: string; total?: string; phone?: string } = {}): Row =>
  orderRow(index, more.status ?? '', {
    phone: more.phone ?? `+${phone(index)}`,
    ...(more.total === undefined ? {} : { total: more.total }),
  });
const TEMPLATE = {
  name: 'order_received',
  language: 'ar',
  variables: ['{name|عميلنا}', '{product}', '{total} {currency}'],
};

describe('an order message to a customer who has not written for 24 hours, on the Cloud API', () => {
  let rig: ChannelsRig;
  let merchant: string;
  let account: string;
  let sheet: SheetFile;
  beforeAll(async () => {
    rig = await ChannelsRig.open();
    const rules = createRules();
    rig.echo.answer = (context) => rules.answer(context);
    mkdirSync(rig.sheets, { recursive: true });
  });
  afterAll(() => rig.close());
  beforeEach(async () => {
    rig.graph.reset();
    merchant = await rig.merchant();
    account = await rig.line(merchant, 'whatsapp-cloud');
    sheet = new SheetFile(join(rig.sheets, `${merchant}.csv`), [row(90, { status: 'مؤجل' })]);
    sheet.save();
    await rig.ok('PATCH', `/api/merchants/${merchant}/settings`, {
      timings: { pollSeconds: 5, settleSeconds: 0 },
    });
    await rig.ok('PUT', `/api/merchants/${merchant}/sheet`, {
      kind: 'file',
      path: `${merchant}.csv`,
      line: 'whatsapp-cloud',
    });
    await rig.ok('POST', '/api/automation/start', { merchant });
    await until(async () => (await rig.ok('GET', `/api/merchants/${merchant}/orders`))['items'], isLong);
  });
  const isLong = (items: unknown): boolean => Array.isArray(items) && items.length > 0;
  const setTemplate = (template: object | null, type = 'newOrder') =>
    rig.ask('PATCH', `/api/merchants/${merchant}/lines/whatsapp-cloud`, {
      orderTemplates: { [type]: template },
    });
  const arrives = async (one: Row): Promise<void> => {
    sheet.add(one);
    await rig.ok('POST', '/api/automation/start', { merchant });
  };
  const look = (number: number) => async () => {
    const { items } = z
      .object({ items: z.array(z.object({ id: z.string(), number: z.string().nullish() })) })
      .parse(await rig.ok('GET', `/api/merchants/${merchant}/orders`));
    const found = items.find((one) => one.number === `A${number}` || one.id === `A${number}`);
    return found === undefined
      ? null
      : order.parse(await rig.ok('GET', `/api/merchants/${merchant}/orders/${found.id}`));
  };
  const delivered = () => rig.graph.delivered().filter((sent) => sent.account === account);
  /** What the sheet's own column says of the order's message. */
  const messageState = (id: string) => sheet.read().find((one) => one[0] === id)?.[6];
  const outcomes = async (number: number): Promise<unknown[]> =>
    ((await look(number)())?.timeline ?? []).flatMap(({ event, detail }) =>
      event === 'sent' || event === 'failed' ? [[event, ...('why' in detail ? [detail['why']] : [])]] : [],
    );
  /** The provider took it, and says later that it could not bring it. */
  const reportedAsFailed = async (nth: number, code: number): Promise<void> => {
    const sent = delivered()[nth];
    if (sent?.id == null) throw new Error(`there is no send number ${nth}`);
    const { id, key, to } = sent;
    rig.graph.status({ account, id, status: 'failed', to, code, ...(key === null ? {} : { key }) });
    await rig.graph.settled();
  };

  test('goes as the template of its kind, says so in the timeline, and its button confirms that very order', async () => {
    expect((await setTemplate({ ...TEMPLATE, buttons: true })).status).toBe(200);
    await arrives(row(1));
    await until(() => delivered().length === 1);
    expect(delivered()[0]?.body).toMatchObject({
      to: phone(1),
      type: 'template',
      template: {
        name: 'order_received',
        language: { code: 'ar' },
        components: [
          {
            type: 'body',
            parameters: [{ text: 'عميل 1' }, { text: 'قميص' }, {}],
          },
          { sub_type: 'quick_reply', index: '0', parameters: [{ payload: 'confirm:A1' }] },
          { sub_type: 'quick_reply', index: '1', parameters: [{ payload: 'cancel:A1' }] },
        ],
      },
    });
    expect(JSON.stringify(delivered()[0]?.body)).toContain('350');
    const asked = await until(look(1), (one) => one?.phase === 'asked' || one?.waiting?.reason === 'timer');
    expect(asked?.timeline.find(({ event }) => event === 'as-template')?.detail).toEqual({
      template: 'order_received',
      language: 'ar',
    });
    rig.graph.say({
      account,
      from: phone(1),
      message: { type: 'button', button: { payload: 'confirm:A1', text: 'تأكيد' } },
    });
    await until(() => sheet.statusOf('A1') === 'تم التأكيد');
  });

  test('waits where the line has no template, says what is needed, and leaves when it is set', async () => {
    await arrives(row(2));
    const waiting = await until(look(2), (one) => one?.waiting?.reason === 'template-needed');
    expect(waiting?.phase).toBe('needs-human');
    // Meant for answers, and worded for them.
    await rig.ok('PATCH', `/api/merchants/${merchant}/rules`, {
      outsideWindow: { name: 'we_have_an_answer', language: 'ar', variables: ['{answer}'] },
    });
    await setTemplate({ ...TEMPLATE, name: 'shipped_now' }, 'shipped');
    await rig.ok('POST', '/api/automation/start', { merchant });
    expect(rig.graph.received().filter((sent) => sent.account === account)).toEqual([]);
    await setTemplate({ ...TEMPLATE, variables: ['{message}'] });
    await until(() => delivered().length === 1);
    const { body } = z
      .object({
        body: z.object({
          template: z.object({
            name: z.string(),
            components: z.array(z.object({ parameters: z.array(z.object({ text: z.string() })) })),
          }),
        }),
      })
      .parse(delivered()[0]);
    expect(body.template.name).toBe('order_received');
    expect(body.template.components[0]?.parameters[0]?.text).toContain('عميل 2');
  });

  test('goes as the shop’s own text while the customer’s 24 hours last', async () => {
    await setTemplate(TEMPLATE);
    rig.graph.say({ account, from: phone(3), text: 'السلام عليكم' });
    await until(() => delivered().length > 0);
    const before = delivered().length;
    await arrives(row(3));
    await until(() => delivered().length > before);
    expect(delivered().at(-1)?.body).toMatchObject({ type: 'text' });
  });

  test('goes as the template, once, where WhatsApp itself says that the window is shut', async () => {
    await setTemplate(TEMPLATE);
    rig.graph.say({ account, from: phone(4), text: 'السلام عليكم' });
    await until(() => delivered().length > 0);
    const before = delivered().length;
    rig.graph.fail({ kind: 'error', code: 131047, times: 1, account, to: phone(4) });
    await arrives(row(4));
    await until(() => delivered().length > before);
    expect(
      delivered()
        .slice(before)
        .map(({ body }) => z.looseObject({ type: z.string() }).parse(body).type),
    ).toEqual(['template']);
  });

  test('tries the second number when WhatsApp says later that the first is not there, and doubts both before it gives up', async () => {
    await setTemplate(TEMPLATE, 'confirmed');
    await arrives(row(6, { status: 'تم التأكيد', phone: `+${phone(61)} / +${phone(62)}` }));
    await until(() => messageState('A6') === 'تم الإرسال');
    await reportedAsFailed(0, 131026);
    await until(() => delivered().length === 2);
    expect(delivered().map(({ to }) => to)).toEqual([phone(61), phone(62)]);
    await until(
      () => outcomes(6),
      (told) => told.length === 3,
    );
    expect(await outcomes(6)).toEqual([['sent'], ['failed', 'not-on-whatsapp'], ['sent']]);
    await until(() => messageState('A6') === 'تم الإرسال');

    await reportedAsFailed(1, 131026);
    const doubted = await until(look(6), (one) => one?.waiting?.reason === 'not-on-whatsapp-yet');
    expect(doubted?.timeline.findLast(({ event }) => event === 'failed')?.detail['why']).toBe(
      'not-on-whatsapp',
    );
    await until(() => messageState('A6') === 'لم يصل');
    expect(delivered()).toHaveLength(2);
  });

  test('says in the timeline and in the sheet that it did not arrive, however late that is known', async () => {
    await setTemplate(TEMPLATE, 'shipped');
    await arrives(row(7, { status: 'تم الشحن' }));
    await until(() => messageState('A7') === 'تم الإرسال');
    await reportedAsFailed(0, 131049);
    await reportedAsFailed(0, 131049);
    await until(() => messageState('A7') === 'لم يصل');
    expect(await outcomes(7)).toEqual([['sent'], ['failed', 'held-back-by-provider']]);
    expect(delivered()).toHaveLength(1);
  });

  test('waits for a person where the order has no value for a place of the template', async () => {
    await setTemplate({ ...TEMPLATE, variables: ['{tracking}'] });
    await arrives(row(5));
    const waiting = await until(look(5), (one) => one?.waiting?.reason === 'missing-tracking');
    expect(waiting?.phase).toBe('needs-human');
    expect(delivered()).toEqual([]);
  });

  test('can’t be given a variable that nobody knows, a name that Meta has not, or another channel’s line', async () => {
    for (const wrong of [
      { ...TEMPLATE, variables: ['{colour}'] },
      { ...TEMPLATE, variables: ['{name'] },
      { ...TEMPLATE, name: 'Order Received' },
      { ...TEMPLATE, language: 'arabic' },
    ])
      expect((await setTemplate(wrong)).status).toBe(422);
    await rig.line(merchant, 'evolution');
    const path = `/api/merchants/${merchant}/lines/evolution`;
    expect((await rig.ask('PATCH', path, { orderTemplates: { newOrder: TEMPLATE } })).status).toBe(422);
  });

  test('keeps the templates that a change does not name, and loses the one that is null', async () => {
    await setTemplate(TEMPLATE);
    await setTemplate({ ...TEMPLATE, name: 'order_shipped' }, 'shipped');
    const config = async (): Promise<unknown> =>
      (await rig.ok('GET', `/api/merchants/${merchant}/lines/whatsapp-cloud`))['config'];
    expect(await config()).toMatchObject({
      orderTemplates: {
        newOrder: { name: 'order_received', buttons: false },
        shipped: { name: 'order_shipped' },
      },
    });
    await setTemplate(null);
    expect(await config()).toMatchObject({ orderTemplates: { shipped: { name: 'order_shipped' } } });
    expect(JSON.stringify(await config())).not.toContain('order_received');
  });
});
