import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consoleAssets } from '../../console/assets.ts';
import { WORDS } from '../../console/words/words.ts';
import { merchantWithLine, startApi, type ApiUnderTest } from './api-installation.ts';
import { chromium, fill, goTo, openBrowser, press, says, signIn, VISITORS, visit } from './console-rig.ts';

describe.skipIf(chromium === null)(
  'a form of the console changes what was changed in it and nothing else (skipped where there is no Chromium: set CHROMIUM_PATH)',
  () => {
    let api: ApiUnderTest;
    let browser: Browser;
    const ends: (() => Promise<void>)[] = [];

    beforeAll(async () => {
      api = await startApi({ temporal: 'nowhere', consoleAssets });
      ends.push(() => api.stop());
      browser = await openBrowser(chromium ?? '');
      ends.push(() => browser.close());
      for (const { language } of VISITORS) await merchantWithLine(api, language);
    });
    afterAll(async () => {
      for (const end of ends.reverse()) await end();
    });
    const inside = async (language: string, width: number) => {
      const visitor = await visit(browser, api.url, language, width);
      const { body } = await api.ask('POST', `/api/merchants/${language}/keys`, {
        body: { name: 'console', scopes: ['read', 'send', 'manage'] },
      });
      await signIn(visitor.page, String(body['key']));
      return visitor;
    };
    const closed = (page: Page) =>
      page.waitForFunction(() => document.querySelector('dialog[open]') === null);

    it.each(VISITORS)(
      'in $language: the rules keep the template for after the service window, which only the API sets',
      { timeout: 120_000 },
      async ({ language, width }) => {
        const rules = `/api/merchants/${language}/rules`;
        const outsideWindow = { name: 'we_are_here', language: 'ar', variables: ['{answer}'] };
        const set = { alwaysAnswer: false, handOverWords: ['مدير'], outsideWindow };
        expect((await api.ask('PUT', rules, { body: set })).status).toBe(200);
        const { page, complaints } = await inside(language, width);
        await goTo(page, '#/settings');
        await press(page, 'input[name="always-answer"]');
        await press(page, 'form:has(input[name="always-answer"]) [type="submit"]');
        await says(page, '.saved', WORDS[language]['state.saved']);
        expect((await api.ask('GET', rules)).body).toEqual({ ...set, alwaysAnswer: true });
        expect(complaints).toEqual([]);
        await page.browserContext().close();
      },
    );

    it.each(VISITORS)(
      'in $language: a product’s text is changed while its stock is sold, and a new product takes no other’s place',
      { timeout: 120_000 },
      async ({ language, width }) => {
        const words = WORDS[language];
        const catalogue = `/api/merchants/${language}/catalogue`;
        const bag = { name: 'Bag', aliases: ['شنطة'], price: '350', stock: 9 };
        expect((await api.ask('PUT', `${catalogue}/bag`, { body: bag })).status).toBe(201);
        const { page, complaints } = await inside(language, width);
        await goTo(page, '#/catalogue');
        await press(page, '[data-product="bag"]');
        await fill(page, 'dialog textarea[name="description"]', 'Brown leather');
        await api.ask('PATCH', `${catalogue}/bag`, { body: { stock: 2, price: '400' } });
        await press(page, 'dialog [type="submit"]');
        await closed(page);
        const changed = { ...bag, stock: 2, price: '400', description: 'Brown leather' };
        expect((await api.ask('GET', `${catalogue}/bag`)).body).toMatchObject(changed);

        await press(page, '[data-act="add"]');
        await fill(page, 'dialog input[name="name"]', 'Scarf');
        await fill(page, 'dialog input[name="id"]', 'scarf');
        const wool = { name: 'Wool scarf', stock: 5 };
        expect((await api.ask('PUT', `${catalogue}/scarf`, { body: wool })).status).toBe(201);
        await press(page, 'dialog [type="submit"]');
        await says(page, 'dialog [role="alert"]', words['refusal.item-exists']);
        expect((await api.ask('GET', `${catalogue}/scarf`)).body).toMatchObject(wool);
        await fill(page, 'dialog input[name="id"]', 'silk-scarf');
        await press(page, 'dialog [type="submit"]');
        await closed(page);
        expect((await api.ask('GET', `${catalogue}/silk-scarf`)).body).toMatchObject({ name: 'Scarf' });
        expect(complaints).toEqual([]);
        await page.browserContext().close();
      },
    );
  },
);
