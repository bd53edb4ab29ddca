import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeLocale } from '../../console/locale.tsx';
import { REASONS, WORDS } from '../../console/words/words.ts';
import {
  chromium,
  fill,
  goTo,
  openBrowser,
  press,
  pressAndConfirm,
  says,
  signIn,
  startInstallation,
  textOf,
  visit,
  type Installation,
  type Visit,
} from './console-rig.ts';

const VISITORS = [
  {
    language: 'ar',
    width: 1280,
    order: '1001',
    phone: '201000000001',
    other: '1003',
    template: 'noAnswer',
    waiting: '201000000201',
  },
  {
    language: 'en',
    width: 390,
    order: '1002',
    phone: '201000000002',
    other: '1004',
    template: 'shipped',
    waiting: '201000000202',
  },
] as const;

const outbox = z.object({ items: z.array(z.object({ text: z.string() })) });
const template = z.object({ type: z.string(), text: z.string(), isStarter: z.boolean() });
const lineSeen = z.object({ state: z.string(), config: z.record(z.string(), z.unknown()) });

describe.skipIf(chromium === null)(
  'a shop owner alone with the console (skipped where there is no Chromium: set CHROMIUM_PATH)',
  () => {
    let zajel: Installation;
    let browser: Browser;
    const ends: (() => Promise<void>)[] = [];

    beforeAll(async () => {
      zajel = await startInstallation();
      ends.push(() => zajel.stop());
      browser = await openBrowser(chromium ?? '');
      ends.push(() => browser.close());
    });
    afterAll(async () => {
      for (const end of ends.reverse()) await end();
    });
    const inside = async (language: string, width: number): Promise<Visit> => {
      const visitor = await visit(browser, zajel.url, language, width);
      await signIn(visitor.page, zajel.key);
      return visitor;
    };
    const done = async ({ page, complaints }: Visit): Promise<void> => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
      expect(complaints).toEqual([]);
      await page.browserContext().close();
    };
    const write = (line: string, from: string, text: string): Promise<Response> =>
      fetch(`${zajel.url}/api/simulator/demo/${line}/messages`, {
        method: 'POST',
        headers: { 'X-Api-Key': zajel.key, 'Content-Type': 'application/json' },
        body: JSON.stringify({ from, text }),
      });
    const post = (path: string, body: object): Promise<Response> =>
      fetch(zajel.url + path, {
        method: 'POST',
        headers: { 'X-Api-Key': zajel.key, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
    const addSimulator = async (page: Page, id: string): Promise<void> => {
      await goTo(page, '#/lines');
      await press(page, '.page-head [data-act="add"]');
      await press(page, '[data-channel="simulator"]');
      await fill(page, 'input[name="id"]', id);
      await press(page, 'form button[type="submit"]');
    };

    it.each(VISITORS)(
      'in $language: adds a line, stops it, is told what to do, starts it, unlinks it, and reads what happened',
      { timeout: 180_000 },
      async ({ language, width }) => {
        const words = WORDS[language];
        const visitor = await inside(language, width);
        const { page } = visitor;
        const id = `own-${language}`;
        const card = `[data-line="${id}"]`;
        await addSimulator(page, id);
        await says(page, '[role="status"]', id);
        await page.waitForSelector(`${card}[data-state="connected"]`);

        await pressAndConfirm(page, `${card} [data-act="stop"]`);
        await page.waitForSelector(`${card}[data-state="stopped"] .notice-warn`);
        expect(lineSeen.parse(await zajel.get(`/api/merchants/demo/lines/${id}`)).state).toBe('stopped');
        expect(await textOf(page, `${card} .notice-warn`)).toContain(words['lines.advice']);
        expect(/[\u0600-\u06ff]/.test(await textOf(page, `${card} .notice-warn p`))).toBe(language === 'ar');

        await press(page, `${card} [data-act="start"]`);
        await page.waitForSelector(`${card}[data-state="connected"]`);
        await pressAndConfirm(page, `${card} [data-act="logout"]`);
        await page.waitForSelector(`${card}[data-state="logged-out"]`);

        await press(page, `${card} .history summary`);
        await says(page, `${card} .history li`, words['action.line.logout']);
        expect(await page.$$eval(`${card} .history .badge`, (states) => states.length)).toBe(4);

        await addSimulator(page, id);
        await says(page, '[role="alert"]', words['refusal.line-taken']);
        await done(visitor);
      },
    );

    it.each(VISITORS)(
      'in $language: tells how fast a linked phone’s line sends, as the API set it',
      { timeout: 120_000 },
      async ({ language, width }) => {
        const id = `paced-${language}`;
        const pace = { perMinute: 4, perHour: null, firstContactGapMs: { from: 45_000, to: 90_000 } };
        expect((await post('/api/merchants/demo/lines', { id, channel: 'whatsapp-web', pace })).status).toBe(
          201,
        );
        const visitor = await inside(language, width);
        const { page } = visitor;
        await goTo(page, '#/lines');
        const limits = `[data-line="${id}"] .line-pace`;
        await press(page, `${limits} summary`);
        const { number, t } = makeLocale(language, 'EG', 'Africa/Cairo');
        await says(page, `${limits} ul`, t('pace.perMinute', { n: number(4) }));
        const said = await textOf(page, limits);
        expect(said).toContain(t('pace.firstContactGap', { from: number(45), to: number(90) }));
        expect(said).toContain(t('pace.perDay', { n: number(1_500) }));
        expect(said).not.toContain(t('pace.perHour', { n: number(200) }));
        await done(visitor);
      },
    );

    it.each(VISITORS)(
      'in $language: gives a line its secrets, which no page and no answer shows again, and learns the webhook’s address with a new one',
      { timeout: 120_000 },
      async ({ language, width }) => {
        const visitor = await inside(language, width);
        const { page } = visitor;
        const id = `evo-${language}`;
        const secret = `canary-${language}-0123456789abcdef`;
        await goTo(page, '#/lines/new/evolution');
        await fill(page, 'input[name="id"]', id);
        await fill(page, 'input[name="serverUrl"]', 'http://127.0.0.1:9');
        await fill(page, 'input[name="instance"]', `shop-${language}`);
        await fill(page, 'input[name="apiKey"]', `canary-${language}-key`);
        await fill(page, 'input[name="secret"]', secret);
        expect(await textOf(page, '.notice code')).toContain(`/webhooks/evolution/${id}/${secret}`);
        await press(page, 'form button[type="submit"]');
        await press(page, `[data-line="${id}"] [data-act="account"]`);
        await page.waitForSelector('dialog[open] input[name="apiKey"]');
        expect(await page.$eval('dialog input[name="secret"]', (field) => [field.type, field.value])).toEqual(
          ['password', ''],
        );
        expect(await page.content()).not.toContain('canary');
        expect(JSON.stringify(await zajel.get(`/api/merchants/demo/lines/${id}`))).not.toContain('canary');

        const address = (): Promise<string> => textOf(page, 'dialog .notice code');
        const copies = (): Promise<number> =>
          page.$$eval('dialog .notice button', (buttons) => buttons.length);
        expect(await address()).toBe(`${zajel.url}/webhooks/evolution/${id}/…`);
        expect(await copies()).toBe(0);
        await says(page, 'dialog .notice', WORDS[language]['newLine.webhookUnknown']);
        await press(page, 'dialog .with-button button');
        expect(await copies()).toBe(1);
        const webhook = await address();

        await fill(page, 'dialog input[name="serverUrl"]', 'http://127.0.0.1:10');
        await press(page, 'dialog button[type="submit"]');
        await says(page, `[data-line="${id}"] .said`, WORDS[language]['newLine.changed']);
        const { config } = lineSeen.parse(await zajel.get(`/api/merchants/demo/lines/${id}`));
        expect(config['serverUrl']).toBe('http://127.0.0.1:10');
        const posted = (to: string): Promise<Response> =>
          fetch(to, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ event: 'connection.update', instance: `shop-${language}`, data: {} }),
          });
        expect((await posted(webhook)).status).toBe(200);
        expect((await posted(`${zajel.url}/webhooks/evolution/${id}/${secret}`)).status).toBe(401);
        await done(visitor);
      },
    );

    it.each(VISITORS)(
      'in $language: gives a Cloud line the template for shipped orders after 24 hours, and takes it away',
      { timeout: 120_000 },
      async ({ language, width }) => {
        const id = `cloud-${language}`;
        await post('/api/meta-apps', { id: `app-${language}`, appSecret: 'secret', verifyToken: 'word' });
        await post('/api/merchants/demo/lines', {
          id,
          channel: 'whatsapp-cloud',
          phoneNumberId: String(width),
          accessToken: 'token',
          app: `app-${language}`,
        });
        const templates = async (): Promise<unknown> =>
          lineSeen.parse(await zajel.get(`/api/merchants/demo/lines/${id}`)).config['orderTemplates'];
        const words = WORDS[language];
        const visitor = await inside(language, width);
        const { page } = visitor;
        await goTo(page, '#/lines');
        await press(page, `[data-line="${id}"] [data-act="templates"]`);
        await page.waitForSelector('dialog[open] select[name="type"]');
        await page.select('dialog select[name="type"]', 'shipped');
        await page.waitForFunction(() => document.querySelector('dialog input[name="buttons"]') === null);
        await fill(page, 'dialog input[name="name"]', 'order_shipped');
        await fill(page, 'dialog input[name="language"]', 'ar');
        await fill(page, 'dialog textarea', '{nam}');
        await press(page, 'dialog button[type="submit"]');
        await says(page, 'dialog [role="alert"]', words['field.orderTemplates']);
        await fill(page, 'dialog textarea', language === 'ar' ? '{الاسم}' : '{name}');
        await press(page, 'dialog button[type="submit"]');
        await says(page, 'dialog .said', words['approved.saved']);
        expect(await templates()).toMatchObject({ shipped: { name: 'order_shipped', language: 'ar' } });
        await press(page, 'dialog [data-act="remove"]');
        await says(page, 'dialog .said', words['approved.removed']);
        expect(await templates()).toEqual({});
        await done(visitor);
      },
    );

    it.each(VISITORS)(
      'in $language: connects the sheet after a look at it, sees what adopting would send, and stops and starts the messages',
      { timeout: 180_000 },
      async ({ language, width }) => {
        const words = WORDS[language];
        const visitor = await inside(language, width);
        const { page } = visitor;
        await goTo(page, '#/orders/sheet');
        await fill(page, 'input[name="path"]', 'nowhere.csv');
        await press(page, '[data-act="preview"]');
        await says(page, '[role="alert"]', REASONS[language]['file-not-found']);
        await fill(page, 'input[name="path"]', 'orders.csv');
        await press(page, '[data-act="preview"]');
        await page.waitForSelector('.preview[data-rows="5"]');
        expect(await page.$$eval('.preview-row[data-would="newOrder"]', (rows) => rows.length)).toBe(2);
        await press(page, '[data-act="connect"]');
        await says(page, '[data-card="sheet"] .said', words['sheet.connected']);

        await press(page, '[data-act="dry-run"]');
        await page.waitForSelector('[data-card="dry-run"] .preview[data-rows="5"]');
        await says(page, '[data-card="dry-run"] .preview-what small', words['messageType.shipped']);
        await pressAndConfirm(page, '[data-act="stop-automation"]');
        await page.waitForSelector('[data-running="false"]');
        expect(await zajel.get('/api/automation/status?merchant=demo')).toMatchObject({ running: false });
        await pressAndConfirm(page, '[data-act="start-automation"]');
        await page.waitForSelector('[data-running="true"]');
        await done(visitor);
      },
    );

    it.each(VISITORS)(
      'in $language: finds an order, sends its message again, sees it leave, and cancels another',
      { timeout: 180_000 },
      async ({ language, order, phone, other, width }) => {
        const words = WORDS[language];
        const visitor = await inside(language, width);
        const { page } = visitor;
        await goTo(page, '#/orders');
        await page.waitForSelector('[data-order="1005"]');
        await page.select('select[name="phase"]', 'needs-human');
        await says(page, '.empty', words['orders.noMatch']);
        await page.select('select[name="phase"]', '');
        await fill(page, 'input[name="search"]', order);
        await page.waitForFunction(() => document.querySelectorAll('a[data-order]').length === 1);
        await press(page, `[data-order="${order}"]`);
        await press(page, '[data-act="resend"]');
        await page.select('dialog select[name="type"]', 'newOrder');
        await press(page, 'dialog [data-act="send"]');
        await page.waitForSelector('[data-event="sent"]');
        expect(await textOf(page, '[data-event="sent"]')).toContain(words['messageType.newOrder']);
        expect(await textOf(page, '[data-event="resend-asked"]')).toContain(words['actor.admin']);
        expect(
          outbox.parse(await zajel.get(`/api/simulator/demo/sim/outbox?to=${phone}`)).items,
        ).toHaveLength(1);
        await press(page, '[data-act="conversation"]');
        await page.waitForFunction((customer) => location.hash.endsWith(`/${customer}`), {}, phone);
        await press(page, '.talk-head summary');
        await press(page, '[data-act="orders"]');
        await page.waitForFunction(() => document.querySelectorAll('a[data-order]').length === 1);
        await page.waitForSelector(`a[data-order="${order}"]`);

        await goTo(page, `#/orders/order/${other}`);
        await page.waitForSelector(`article[data-order="${other}"]`);
        await pressAndConfirm(page, '[data-act="cancel"]');
        await page.waitForSelector('[data-event="cancelled"]');
        await page.waitForSelector('article[data-phase="done"]');
        expect(await page.$('[data-act="cancel"]')).toBeNull();
        expect(await zajel.get(`/api/merchants/demo/orders/${other}`)).toMatchObject({
          category: 'cancelled',
        });

        await goTo(page, '#/orders/statistics');
        await page.waitForSelector('.table tbody tr');
        await press(page, '[data-act="export"]');
        await page.waitForFunction(
          () => document.querySelector('.export [role="status"]')?.textContent !== '',
        );
        await done(visitor);
      },
    );

    it.each(VISITORS)(
      'in $language: edits a message with its preview beside, is told in words what is wrong, saves, and switches it off',
      { timeout: 180_000 },
      async ({ language, template: type, width }) => {
        const words = WORDS[language];
        const visitor = await inside(language, width);
        const { page } = visitor;
        const card = `[data-template="${type}"]`;
        const text = `${card} textarea`;
        const stored = async () =>
          z
            .object({ items: z.array(template) })
            .parse(await zajel.get('/api/merchants/demo/templates'))
            .items.find((one) => one.type === type);
        await goTo(page, '#/templates');
        await fill(page, text, 'Hi {nme}');
        await says(page, `${card} .template-problems`, 'nme');
        expect(await textOf(page, `${card} .template-problems`)).toContain(words['templates.errors']);
        expect(
          await page.$eval(`${card} [type="submit"]`, (button) => 'disabled' in button && button.disabled),
        ).toBe(true);
        expect((await stored())?.isStarter).toBe(true);

        await fill(page, text, 'Hi {name}, order {orderId}');
        await says(page, `${card} .template-bubble`, 'Hi ');
        expect(await textOf(page, `${card} .template-bubble`)).not.toContain('{');
        await press(page, `${card} [type="submit"]`);
        await says(page, `${card} .saved`, words['state.saved']);
        expect((await stored())?.text).toBe('Hi {name}, order {orderId}');

        await press(page, `${card} input[name="on-${type}"]`);
        await page.waitForSelector(`${card}[data-on="false"]`);
        expect(await zajel.get('/api/merchants/demo/settings')).toMatchObject({
          messageTypes: { [type]: false },
        });
        await press(page, `${card} input[name="on-${type}"]`);
        await page.waitForSelector(`${card}[data-on="true"]`);
        await pressAndConfirm(page, `${card} [data-act="reset"]`);
        await says(page, `${card} .card-head`, words['templates.starter']);
        expect((await stored())?.isStarter).toBe(true);

        await press(page, 'input[name="quiet"]');
        await press(page, '[data-card="quiet-hours"] [type="submit"]');
        await says(page, '[data-card="quiet-hours"] .saved', words['state.saved']);
        expect(await zajel.get('/api/merchants/demo/settings')).toMatchObject({
          quietHours: { from: '22:00', to: '09:00' },
        });
        await press(page, 'input[name="quiet"]');
        await press(page, '[data-card="quiet-hours"] [type="submit"]');
        await says(page, '[data-card="quiet-hours"] .saved', words['state.saved']);
        await done(visitor);
      },
    );

    it.each(VISITORS)(
      'in $language: sees why an answer waits, takes over, and finds the answer that was ready',
      { timeout: 180_000 },
      async ({ language, width, waiting: from }) => {
        const visitor = await inside(language, width);
        const { page } = visitor;
        const line = `down-${language}`;
        await addSimulator(page, line);
        await pressAndConfirm(page, `[data-line="${line}"] [data-act="stop"]`);
        await page.waitForSelector(`[data-line="${line}"][data-state="stopped"]`);
        await write(line, from, 'hello');
        await goTo(page, `#/conversations/simulator/${from}`);
        await press(page, '.talk-head .menu summary');
        await press(page, '[data-act="flush"]');
        await says(page, '.strip-warn', REASONS[language]['line-down']);
        const [draft = ''] = await page.$$eval('.bubble[data-by="bot"] .bubble-text', (texts) =>
          texts.map((text) => text.textContent),
        );
        expect(draft).not.toBe('');
        await press(page, '[data-act="take-over"]');
        await says(page, '.draft-text', draft);
        await press(page, '.draft button');
        await page.waitForFunction(
          (wanted) => document.querySelector<HTMLTextAreaElement>('.talk-foot textarea')?.value === wanted,
          {},
          draft,
        );
        const leads = await page.$$eval('.menu-list a', (links) => links.map(({ href }) => href));
        expect(leads).toEqual([
          expect.stringContaining('#/orders/of/'),
          expect.stringContaining('/namespaces/default/workflows/'),
        ]);
        await done(visitor);
      },
    );

    it(
      'writes to a row from before only after it has said to how many customers, and within the cap',
      { timeout: 180_000 },
      async () => {
        const visitor = await inside('en', 1280);
        const { page } = visitor;
        const received = async () =>
          outbox.parse(await zajel.get('/api/simulator/demo/sim/outbox?to=201000000005')).items.length;
        await goTo(page, '#/orders/sheet');
        await press(page, '[data-act="adopt-look"]');
        // The others have been written to by hand or cancelled by the tests before.
        await says(page, '[data-card="adopt"] [role="status"]', '1 row from before could get a message');
        await fill(page, '[data-card="adopt"] input[name="limit"]', '1');
        await press(page, '[data-act="adopt"]');
        await says(page, 'dialog[open]', 'at most 1 message to a real customer');
        await page.keyboard.press('Escape');
        await page.waitForFunction(() => document.querySelector('dialog[open]') === null);
        expect(await received()).toBe(0);
        await pressAndConfirm(page, '[data-act="adopt"]');
        await says(page, '[data-card="adopt"] [role="status"]', '1 order is written to');
        await goTo(page, '#/orders/order/1005');
        await page.waitForSelector('[data-event="sent"]');
        expect(await received()).toBe(1);
        await done(visitor);
      },
    );

    it('goes on to the end of a list that is longer than a page', { timeout: 180_000 }, async () => {
      const visitor = await inside('en', 1280);
      const { page } = visitor;
      for (let n = 0; n < 60; n += 1)
        await write('sim', `2010000003${String(n).padStart(2, '0')}`, `order ${n}`);
      await goTo(page, '#/conversations');
      await page.waitForFunction(() => document.querySelectorAll('.talks .talk').length === 50);
      await says(page, '.talks', 'order 59');
      await press(page, '[data-act="more"]');
      await page.waitForFunction(() => document.querySelectorAll('.talks .talk').length > 60);
      await page.waitForFunction(() => document.querySelector('[data-act="more"]') === null);
      await done(visitor);
    });
  },
);
