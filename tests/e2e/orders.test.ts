import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { z } from 'zod';
import { createRules } from '../../answers/rules/rules.ts';
import { createApi, listen, type Listening } from '../../api/server.ts';
import { EncryptionCodec } from '../../temporal/codec.ts';
import { LineMail } from '../../temporal/line-mail.ts';
import { WINDOW_DEFAULTS } from '../../domain/settings.ts';
import { startSheetsDouble, type SheetHandle, type SheetsDouble } from '../doubles/sheets-api/double.ts';
import { addressOf, HEADER, orderRow, phoneOf } from '../support/order-shop.ts';
import { nightFrom } from '../support/sheet-file.ts';
import type { Shop } from '../support/shop.ts';
import { AlertWatch } from '../../worker/alert-watch.ts';
import { SkippingShop } from '../support/skipping-shop.ts';

const KEY = randomBytes(24).toString('base64url');
const STATUS = 5;
const anything = z.record(z.string(), z.unknown());
const items = z.object({ items: z.array(anything) });
const preview = z.object({
  columns: z.record(z.string(), z.string()),
  problems: z.array(anything),
  rows: z.array(
    z.object({
      would: z.object({ send: z.string(), text: z.string() }).nullable(),
      whyNot: z.string().nullable(),
      ifAdopted: z.object({ send: z.string() }).nullish(),
    }),
  ),
});

describe('orders in a Google sheet, over the API', () => {
  let double: SheetsDouble;
  let skipping: SkippingShop;
  let api: Listening;
  beforeAll(async () => {
    double = await startSheetsDouble();
    skipping = await SkippingShop.open({ sheets: { folder: 'none', apiUrl: double.url } });
    const rules = createRules();
    skipping.echo.answer = (context) => rules.answer(context);
    const { house } = skipping;
    api = await listen(
      createApi({
        ...house,
        lineMail: new LineMail(house.client),
        mediaFolder: null,
        codec: new EncryptionCodec(house.seal),
        codecToken: null,
        adminKeyHash: createHash('sha256').update(KEY).digest(),
        temporalAnswers: () => Promise.resolve(),
        settings: { host: '127.0.0.1', windowDefaults: WINDOW_DEFAULTS, maxRetries: 2 },
        logger: pino({ level: 'silent' }),
      }),
      '127.0.0.1',
      0,
    );
  });
  afterAll(async () => {
    await api.close();
    await skipping.close();
    await double.close();
  });

  async function ask(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; text: string; json: unknown }> {
    const response = await fetch(api.url + path, {
      method,
      headers: { 'X-Api-Key': KEY, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      text,
      json: /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : null,
    };
  }

  async function connected(
    rows: readonly (readonly string[])[],
  ): Promise<{ shop: Shop; sheet: SheetHandle; polled: () => Promise<void>; base: string }> {
    const shop = await skipping.merchant({ timings: { pollSeconds: 3_600 } });
    const sheet = double.create([HEADER, ...rows]);
    const base = `/api/merchants/${shop.merchant}`;
    const put = await ask('PUT', `${base}/sheet`, {
      kind: 'google',
      spreadsheet: sheet.id,
      credentials: double.credentials(),
      line: 'sim',
    });
    expect(put.status, put.text).toBe(200);
    expect(put.text).not.toContain('PRIVATE KEY');
    const polled = async (): Promise<void> => {
      await shop.house.orderMail.pollNow(shop.merchant, 'test');
      for (let step = 0; step < 6; step += 1) await skipping.pass(5_000);
    };
    expect((await ask('POST', '/api/automation/start', { merchant: shop.merchant })).status).toBe(200);
    expect((await ask('POST', '/api/automation/start', { merchant: shop.merchant })).status).toBe(200);
    await polled();
    return { shop, sheet, polled, base };
  }
  /** What a look for alerts changes for a merchant. A rate of errors is another test's: calls are counted every few seconds, so here it is the machine's to say. */
  const alerts = async (shop: Shop): Promise<string[]> =>
    (await new AlertWatch({ database: skipping.house.database, logger: pino({ level: 'silent' }) }).once())
      .filter(({ merchant, rule }) => merchant === shop.merchant && rule !== 'error-rate-critical')
      .map(({ rule, state, detail }) => `${rule} ${state} ${JSON.stringify(detail)}`);
  const keys = async (shop: Shop): Promise<string[]> => (await shop.received()).map(({ key }) => key);

  it('writes to the customer of a new row, hears the answer and writes it back', async () => {
    const { shop, sheet, polled, base } = await connected([orderRow(1, 'تم الشحن'), orderRow(2)]);
    expect(await keys(shop)).toEqual([]);
    sheet.person({ do: 'append', texts: [...orderRow(3)] });
    await polled();
    expect(await keys(shop)).toEqual(['order/a3/newOrder/1']);
    await shop.say(addressOf(3), 'أؤكد');
    for (let step = 0; step < 6; step += 1) await skipping.pass(5_000);
    expect(sheet.texts().find((row) => row[0] === 'A3')?.[STATUS]).toBe('تم التأكيد');
    const order = anything.parse((await ask('GET', `${base}/orders/A3`)).json);
    expect(order).toMatchObject({ id: 'a3', number: 'A3', category: 'confirmed', statusText: 'تم التأكيد' });
    expect(order['conversation']).toEqual({ platform: 'simulator', customer: addressOf(3) });
    expect(anything.parse((await ask('GET', `${base}/orders/A1`)).json)['conversation']).toBeNull();
    const ofCustomer = items.parse((await ask('GET', `${base}/orders?q=${addressOf(3)}`)).json);
    expect(ofCustomer.items.map(({ id }) => id)).toEqual(['a3']);
    const status = anything.parse(
      (await ask('GET', `/api/automation/status?merchant=${shop.merchant}`)).json,
    );
    expect(status).toMatchObject({
      running: true,
      counts: { sent: 1, answered: 1, failed: 0 },
      sheet: { rows: 3 },
    });
    await polled();
    expect(await keys(shop)).toHaveLength(2);
  });

  it('loses nothing to a quota, a reset and an expired key, and raises one alert until it is over', async () => {
    const { shop, sheet, polled } = await connected([orderRow(1, 'مؤجل')]);
    double.revokeKey();
    double.expireTokens();
    sheet.person({ do: 'append', texts: [...orderRow(2)] });
    await polled();
    expect(await keys(shop)).toEqual([]);
    const status = anything.parse(
      (await ask('GET', `/api/automation/status?merchant=${shop.merchant}`)).json,
    );
    expect(JSON.stringify(status)).toContain('key-refused');
    await polled();
    expect([...(await alerts(shop)), ...(await alerts(shop))]).toEqual([
      'sheet-trouble raised {"reason":"key-refused"}',
    ]);
    double.restoreKey();
    double.fail({ kind: 'error', code: 429, times: 2, to: 'getByDataFilter' });
    await polled();
    await polled();
    expect(await keys(shop)).toEqual(['order/a2/newOrder/1']);
    expect(await alerts(shop)).toEqual(['sheet-trouble cleared {"reason":"key-refused"}']);
  });

  it.each(['sheet-empty', 'empty'])(
    'accepts an emptied sheet once it is connected again, also where an earlier version called that %s',
    async (code) => {
      const { shop, sheet, polled, base } = await connected([orderRow(1, 'مؤجل'), orderRow(2, 'مؤجل')]);
      const trouble = async (): Promise<unknown> =>
        anything.parse((await ask('GET', `${base}/sheet`)).json)['trouble'];
      sheet.person({ do: 'clear' });
      await polled();
      expect(await trouble()).toMatchObject({ reason: 'sheet-empty' });
      const again = { kind: 'google', spreadsheet: sheet.id, line: 'sim' };
      await shop.house.database.merchant(shop.merchant, (tx) =>
        tx.query(
          `update sheets set trouble = jsonb_set(trouble, '{reason}', to_jsonb($2::text)) where merchant = $1`,
          [shop.merchant, code],
        ),
      );
      expect((await ask('PUT', `${base}/sheet`, again)).status).toBe(200);
      sheet.person({ do: 'append', texts: [...HEADER] });
      await polled();
      expect(await trouble()).toBeNull();
    },
  );

  it('asks once about a word that means nothing, until somebody says what it means', async () => {
    const { shop, sheet, polled, base } = await connected([orderRow(1, 'مؤجل')]);
    sheet.person({ do: 'append', texts: [...orderRow(2, 'مش عارف')] });
    sheet.person({ do: 'append', texts: [...orderRow(3, 'مش عارف')] });
    await polled();
    expect([...(await alerts(shop)), ...(await alerts(shop))]).toEqual([
      'unknown-status raised {"word":"مش عارف"}',
    ]);
    const word = { word: 'مش عارف', category: 'noAnswer' };
    expect((await ask('PUT', `${base}/status-words`, word)).status).toBe(200);
    expect(await alerts(shop)).toEqual(['unknown-status cleared {"word":"مش عارف"}']);
    await polled();
    expect((await keys(shop)).toSorted()).toEqual(['order/a2/noAnswer/1', 'order/a3/noAnswer/1']);
  });

  it('asks also about the words of the first connection, and says nothing about its rows once they are mapped', async () => {
    const { shop, sheet, polled, base } = await connected([
      orderRow(1, 'عند المندوب'),
      orderRow(2, 'عند المندوب'),
      orderRow(3, 'مؤجل'),
    ]);
    expect(await alerts(shop)).toEqual(['unknown-status raised {"word":"عند المندوب"}']);
    const word = { word: 'عند المندوب', category: 'shipped' };
    expect((await ask('PUT', `${base}/status-words`, word)).status).toBe(200);
    expect(await alerts(shop)).toEqual(['unknown-status cleared {"word":"عند المندوب"}']);
    sheet.person({ do: 'append', texts: [...orderRow(4, 'عند المندوب')] });
    await polled();
    expect(await keys(shop)).toEqual(['order/a4/shipped/1']);
  });

  it('shows what would be sent before anything is, adopts with a cap, resends, confirms and cancels by hand', async () => {
    const { shop, polled, base } = await connected([
      orderRow(1),
      orderRow(2),
      orderRow(3, 'تم التوصيل'),
      orderRow(4, 'تم الشحن'),
    ]);
    const looked = preview.parse((await ask('POST', `${base}/sheet/preview`, {})).json);
    expect(looked.rows.map(({ would, whyNot }) => would?.send ?? whyNot)).toEqual([
      'newOrder',
      'newOrder',
      'no-message-for-delivered',
      'shipped',
    ]);
    const dry = preview.parse((await ask('POST', `${base}/sheet/dry-run`, {})).json);
    expect(dry.rows.map(({ whyNot }) => whyNot)).toEqual([
      'known-at-first-connection',
      'known-at-first-connection',
      'no-message-for-delivered',
      'known-at-first-connection',
    ]);
    expect((await ask('POST', `${base}/sheet/adopt`, { limit: 1 })).status).toBe(202);
    await polled();
    expect(await keys(shop)).toEqual(['order/a1/newOrder/1']);
    expect((await ask('POST', `${base}/orders/a1/resend`, {})).status).toBe(202);
    expect((await ask('POST', `${base}/orders/a2/confirm`, {})).status).toBe(202);
    expect((await ask('POST', `${base}/orders/a4/cancel`, {})).status).toBe(202);
    expect((await ask('POST', `${base}/orders/a3/cancel`, {})).status).toBe(409);
    await polled();
    expect((await keys(shop)).toSorted()).toEqual([
      'order/a1/newOrder/1',
      'order/a1/newOrder/again-1',
      'order/a2/confirmed/1',
    ]);
    const cancelled = items.parse((await ask('GET', `${base}/orders?category=cancelled`)).json);
    expect(cancelled.items.map(({ id }) => id)).toEqual(['a4']);
  });

  it('promises nothing in a dry run that a poll would not send', async () => {
    const { shop, sheet, polled, base } = await connected(
      Array.from({ length: 8 }, (_, index) => orderRow(index, 'مؤجل')),
    );
    const look = async (
      how: 'preview' | 'dry-run',
    ): Promise<{ verdicts: unknown[]; problems: unknown[] }> => {
      const { rows, problems } = preview.parse((await ask('POST', `${base}/sheet/${how}`, {})).json);
      return {
        verdicts: rows.slice(8).map(({ would, whyNot }) => would?.send ?? whyNot),
        problems: problems.map((problem) => problem['reason'] ?? problem['kind']),
      };
    };
    await shop.say(addressOf(15), 'الغاء الاشتراك');
    for (let step = 0; step < 6; step += 1) await skipping.pass(5_000);
    for (const row of [
      orderRow(11),
      orderRow(12),
      orderRow(13, '', { id: 'A12' }),
      orderRow(14, '', { id: ' ' }),
      orderRow(15),
    ])
      sheet.person({ do: 'append', texts: [...row] });
    const verdicts = [
      'newOrder',
      'duplicate-order-id',
      'duplicate-order-id',
      'missing-order-id',
      'opted-out',
    ];
    const problems = ['missing-order-id', 'duplicate-order-id'];
    expect(await look('preview')).toEqual({ verdicts, problems });
    expect(await look('dry-run')).toEqual({ verdicts, problems });
    for (let index = 0; index < 8; index += 1)
      sheet.person({ do: 'edit', row: index + 1, column: 0, text: `B${index}` });
    expect(await look('dry-run')).toEqual({
      verdicts: ['replaced', ...verdicts.slice(1)],
      problems: [...problems, 'replaced'],
    });
    await polled();
    expect(await keys(shop)).not.toContain('order/a11/newOrder/1');
  });

  it('promises nothing in a dry run either that was said before, is switched off or was there at first', async () => {
    const { shop, sheet, polled, base } = await connected([orderRow(1), orderRow(2, '', { id: 'A1' })]);
    sheet.person({ do: 'append', texts: [...orderRow(3)] });
    await polled();
    expect(await keys(shop)).toEqual(['order/a3/newOrder/1']);
    expect((await ask('PATCH', `${base}/settings`, { messageTypes: { shipped: false } })).status).toBe(200);
    // Its order id is put right; and the customer of the order that was told has another phone.
    sheet.person({ do: 'edit', row: 2, column: 0, text: 'A2' });
    sheet.person({ do: 'edit', row: 3, column: 2, text: phoneOf(9) });
    sheet.person({ do: 'append', texts: [...orderRow(4, 'تم الشحن')] });
    const dry = preview.parse((await ask('POST', `${base}/sheet/dry-run`, {})).json);
    expect(dry.rows.map(({ would, whyNot }) => would?.send ?? whyNot)).toEqual([
      'known-at-first-connection',
      'known-at-first-connection',
      'said-before',
      'switched-off',
    ]);
    await polled();
    expect(await keys(shop)).toEqual(['order/a3/newOrder/1']);
  });

  it('does not take a number of the sheet before for said, where it is another customer’s', async () => {
    const { shop, sheet, polled, base } = await connected([]);
    sheet.person({ do: 'append', texts: [...orderRow(1)] });
    await polled();
    expect(await keys(shop)).toEqual(['order/a1/newOrder/1']);
    const next = double.create([HEADER, orderRow(9, '', { id: 'A1' })]);
    const put = await ask('PUT', `${base}/sheet`, {
      kind: 'google',
      spreadsheet: next.id,
      credentials: double.credentials(),
      line: 'sim',
    });
    expect(put.status, put.text).toBe(200);
    const adoptable = async (): Promise<unknown[]> =>
      preview
        .parse((await ask('POST', `${base}/sheet/dry-run`, {})).json)
        .rows.map(({ ifAdopted }) => ifAdopted?.send);
    expect(await adoptable()).toEqual(['newOrder']);
    await polled();
    expect(await adoptable()).toEqual(['newOrder']);
    expect((await ask('POST', `${base}/sheet/adopt`, { limit: 1 })).status).toBe(202);
    await polled();
    expect(await keys(shop)).toEqual(['order/a1/newOrder/1', 'order/a1~2/newOrder/1']);
  });

  it('goes on with what waited once a person has mended the text, or ended the quiet hours', async () => {
    const { shop, sheet, polled, base } = await connected([orderRow(1, 'مؤجل')]);
    sheet.person({ do: 'append', texts: [...orderRow(2, '', { total: 'حسب الاتفاق' })] });
    await polled();
    expect((await ask('GET', `${base}/orders/a2`)).text).toContain('missing-total');
    await ask('PUT', `${base}/templates/newOrder`, { text: 'أهلا {name}، الإجمالي {total|حسب الاتفاق}' });
    await polled();
    expect(await keys(shop)).toEqual(['order/a2/newOrder/1']);

    const night = nightFrom(skipping.now(), 10 * 3_600_000);
    expect((await ask('PATCH', `${base}/settings`, { quietHours: night })).status).toBe(200);
    sheet.person({ do: 'append', texts: [...orderRow(3)] });
    await polled();
    expect((await ask('GET', `${base}/orders/a3`)).text).toContain('quiet-hours');
    await ask('PATCH', `${base}/settings`, { quietHours: { from: null, to: null } });
    await polled();
    expect(await keys(shop)).toEqual(['order/a2/newOrder/1', 'order/a3/newOrder/1']);
  });

  it('waits with a text that gives a number for questions until the merchant has set one', async () => {
    const { shop, sheet, polled, base } = await connected([orderRow(1, 'مؤجل')]);
    await ask('PUT', `${base}/templates/newOrder`, { text: 'أهلا {name}، للاستفسار {supportPhone}' });
    sheet.person({ do: 'append', texts: [...orderRow(2)] });
    await polled();
    expect(await keys(shop)).toEqual([]);
    expect((await ask('GET', `${base}/orders/a2`)).text).toContain('missing-supportPhone');
    expect((await ask('PATCH', `${base}/settings`, { supportPhone: '٠١٠ 1234' })).status).toBe(200);
    await polled();
    expect((await shop.received()).map(({ text }) => text)).toEqual([
      expect.stringMatching(/للاستفسار ٠١٠ 1234$/),
    ]);
  });

  it('refuses a template that could reach a customer raw, and exports names that are formulas as text', async () => {
    const { base } = await connected([orderRow(1, '', { name: '@SUM(1)' })]);
    const refused = await ask('PUT', `${base}/templates/newOrder`, { text: 'أهلا {nam}' });
    expect(refused.status).toBe(422);
    const saved = anything.parse(
      (await ask('PUT', `${base}/templates/newOrder`, { text: 'أهلا {name}، الإجمالي {total}' })).json,
    );
    expect(saved['rendered']).toBe('أهلا @SUM(1)، الإجمالي 350');
    const csv = (await ask('GET', `${base}/orders.csv`)).text;
    expect(csv).toContain(`,'@SUM(1),`);
  });
});
