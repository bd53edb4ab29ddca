import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consoleAssets } from '../../console/assets.ts';
import { WORDS } from '../../console/words/words.ts';
import { merchantWithLine, startApi, type ApiUnderTest } from './api-installation.ts';
import { chromium, fill, goTo, openBrowser, press, says, signIn, visit } from './console-rig.ts';

const VISITORS = [
  { language: 'ar', width: 360 },
  { language: 'en', width: 1280 },
] as const;

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
  },
);
