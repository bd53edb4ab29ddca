import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WORDS } from '../../console/words/words.ts';
import {
  chromium,
  fill,
  goTo,
  openBrowser,
  press,
  pressAndConfirm,
  says,
  signIn,
  textOf,
  visit,
} from './console-rig.ts';
import { lineHouse, type LineHouse } from './line-rig.ts';

describe.skipIf(chromium === null)('a phone is linked from the console (needs Chromium)', () => {
  let the: LineHouse;
  let browser: Browser;
  beforeAll(async () => {
    the = await lineHouse();
    const shop = {
      id: 'shop',
      name: 'متجر',
      country: 'EG',
      timezone: 'Africa/Cairo',
      language: 'ar',
      currency: 'EGP',
    };
    expect((await the.ask('POST', '/api/merchants', shop)).status).toBe(201);
    browser = await openBrowser(chromium ?? '');
  });
  afterAll(async () => {
    await browser.close();
    await the.close();
  });

  it(
    'by the QR that renews itself or by a code; its login is cleared only after a question',
    { timeout: 180_000 },
    async () => {
      const words = WORDS.ar;
      const { page, complaints } = await visit(browser, the.url, 'ar', 390);
      const card = '[data-line="main"]';
      await signIn(page, the.key);
      await goTo(page, '#/lines/new/whatsapp-web');
      await fill(page, 'input[name="id"]', 'main');
      await press(page, 'form button[type="submit"]');
      await press(page, `${card} [data-act="start"]`);

      await page.waitForSelector(`${card}[data-state="needs-qr"] .qr img`);
      const first = await page.$eval('.qr img', (image) => [image.src, image.alt]);
      expect(first[0]).toMatch(/^data:image\/png;base64,/);
      expect(first[1]).toBe(words['login.alt']);
      await page.waitForFunction(
        (before) => {
          const image = document.querySelector<HTMLImageElement>('.qr img');
          return image !== null && image.src !== before;
        },
        {},
        first[0],
      );

      await press(page, '.login summary');
      await fill(page, 'input[name="phone"]', '+20 100 000 0001');
      await press(page, '.pairing button');
      await page.waitForSelector('.pairing-code');
      expect(the.phone.enterCode(await textOf(page, '.pairing-code'))).toBe(true);
      await page.waitForSelector(`${card}[data-state="connected"]`);
      expect(await page.$('.login')).toBeNull();

      await pressAndConfirm(page, `${card} [data-act="clear"]`);
      await says(page, `${card} .said`, words['lines.cleared'].split('{')[0] ?? '');
      expect(complaints).toEqual([]);
      await page.browserContext().close();
    },
  );
});
