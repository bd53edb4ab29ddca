import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whatsappCloud } from '../../channels/whatsapp-cloud/channel.ts';
import { consoleAssets } from '../../console/assets.ts';
import { PAGES } from '../../console/route.ts';
import { WORDS } from '../../console/words/words.ts';
import { ADMIN_KEY, merchantWithLine, startApi, type ApiUnderTest } from './api-installation.ts';
import {
  chromium,
  fill,
  goTo,
  openBrowser,
  openPage,
  press,
  says,
  signIn,
  textOf,
  VISITORS,
  visit,
} from './console-rig.ts';

describe.skipIf(chromium === null)(
  'who signs in to the console (skipped where there is no Chromium: set CHROMIUM_PATH)',
  () => {
    let api: ApiUnderTest;
    let browser: Browser;
    const ends: (() => Promise<void>)[] = [];

    beforeAll(async () => {
      api = await startApi({
        temporal: 'nowhere',
        channels: [whatsappCloud({ graphApiUrl: 'http://127.0.0.1:1' })],
        consoleAssets,
      });
      ends.push(() => api.stop());
      browser = await openBrowser(chromium ?? '');
      ends.push(() => browser.close());
    });
    afterAll(async () => {
      for (const end of ends.reverse()) await end();
    });

    it.each(VISITORS)(
      'in $language: with the right key of an installation without a shop, is told so',
      { timeout: 120_000 },
      async ({ language, width }) => {
        const { page } = await visit(browser, api.url, language, width);
        await fill(page, 'input[name="key"]', ADMIN_KEY);
        await press(page, 'button[type="submit"]');
        await says(page, '[role="alert"]', WORDS[language]['signIn.noShop']);
        await page.browserContext().close();
      },
    );

    describe('with a key of one shop that may read and send', () => {
      let key = '';
      beforeAll(async () => {
        for (const shop of ['neighbour', 'shop']) await merchantWithLine(api, shop);
        const body = { name: 'console', scopes: ['read', 'send'] };
        key = String((await api.ask('POST', '/api/merchants/shop/keys', { body })).body['key']);
      });

      it.each(VISITORS)(
        'in $language: enters that shop and no other, and is told in words what the key may not',
        { timeout: 180_000 },
        async ({ language, width }) => {
          const words = WORDS[language];
          const { page, complaints } = await visit(browser, api.url, language, width);
          await signIn(page, key);
          expect(await textOf(page, '.top .shop')).toBe('Shop shop');

          const refused: string[] = [];
          for (const name of PAGES) {
            await openPage(page, name);
            const said = await textOf(page, '.content');
            expect(said).not.toContain('neighbour');
            if (said.includes(words['refusal.missing-scope'])) refused.push(name);
            else expect(said).not.toContain(words['problem.title']);
          }
          expect(refused).toEqual(['keys', 'audit']);

          await goTo(page, '#/lines/new/whatsapp-cloud');
          await page.waitForSelector('input[name="accessToken"]');
          // Meta's apps are the operator's: none is shown, and none can be added.
          await page.waitForFunction(() => document.querySelector('input[name="new-app"]') === null);
          await fill(page, 'input[name="id"]', 'cloud');
          await fill(page, 'input[name="phoneNumberId"]', '106540352242922');
          await fill(page, 'input[name="accessToken"]', 'token');
          await fill(page, 'input[name="app"]', 'main');
          await press(page, 'form button[type="submit"]');
          await says(page, '[role="alert"]', words['refusal.missing-scope']);
          expect(complaints).toEqual([]);
          await page.browserContext().close();
        },
      );
    });
  },
);
