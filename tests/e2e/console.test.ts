import type { Browser, HTTPRequest } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PAGES } from '../../console/route.ts';
import { WORDS } from '../../console/words/words.ts';
import {
  chromium,
  fill,
  goTo,
  openBrowser,
  openPage,
  press,
  says,
  signIn,
  startInstallation,
  visit,
  write,
  type Installation,
} from './console-rig.ts';

const outbox = z.object({ items: z.array(z.object({ to: z.string(), text: z.string(), key: z.string() })) });

const VISITORS = [
  {
    language: 'ar',
    direction: 'rtl',
    from: '201000000101',
    title: 'المحادثات',
    mine: 'أهلاً، معك سارة من المتجر',
    fragments: ['السلام عليكم', 'عندكم عطر العود؟', 'بكم؟'],
  },
  {
    language: 'en',
    direction: 'ltr',
    from: '201000000102',
    title: 'Conversations',
    mine: 'Hello, this is Sara from the shop',
    fragments: ['hello', 'do you have the leather bag?', 'how much is it?'],
  },
] as const;

describe.skipIf(chromium === null)(
  'the console in a real browser (skipped where there is no Chromium: set CHROMIUM_PATH)',
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
    const received = async (from: string) =>
      outbox.parse(await zajel.get(`/api/simulator/demo/sim/outbox?to=${from}`)).items;

    it.each(VISITORS)(
      'in $language: three fragments from the test phone are gathered under a countdown and answered once, and a person takes over, answers and hands back',
      { timeout: 240_000 },
      async ({ language, direction, from, title, fragments, mine }) => {
        const { page, complaints } = await visit(browser, zajel.url, language, 1280);
        await signIn(page, zajel.key);
        expect(await page.$eval('html', (html) => [html.dir, html.lang])).toEqual([direction, language]);
        expect(await page.$eval('h1', (heading) => heading.textContent)).toBe(title);

        await goTo(page, '#/phone');
        await page.waitForSelector('input[name="from"]');
        await page.click('input[name="from"]', { count: 3 });
        await page.type('input[name="from"]', from);
        for (const fragment of fragments) await write(page, '.handset', fragment);
        await page.waitForSelector('.handset-head .countdown[data-seconds]');

        await goTo(page, `#/conversations/simulator/${from}`);
        await page.waitForSelector('.window[data-count="3"] .countdown[data-seconds]');
        expect(
          await page.$$eval('.window .bubble-text', (texts) => texts.map((text) => text.textContent)),
        ).toEqual(fragments);

        await page.waitForSelector('.transcript > .bubble[data-by="bot"]');
        await page.waitForFunction(() => document.querySelector('.window') === null);
        const answers = await received(from);
        expect(new Set(answers.map(({ key }) => key.slice(0, key.lastIndexOf('/'))))).toHaveProperty(
          'size',
          1,
        );
        expect(
          await page.$$eval('.transcript > .bubble[data-by="bot"] .bubble-text', (texts) =>
            texts.map((text) => text.textContent),
          ),
        ).toEqual(answers.map(({ text }) => text));

        await page.click('[data-act="take-over"]');
        await page.waitForSelector('.charge[data-in-charge="human"] [data-act="hand-back"]:not([disabled])');
        await write(page, '.talk-foot', mine);
        await page.waitForSelector(
          '.bubble[data-by="human"][data-status="accepted"], .bubble[data-by="human"][data-status="sent"]',
        );
        expect((await received(from)).at(-1)?.text).toBe(mine);

        await page.click('[data-act="hand-back"]');
        await page.waitForSelector('.charge[data-in-charge="bot"]');

        await goTo(page, '#/phone');
        await page.waitForSelector('input[name="from"]');
        await write(page, '.handset', 'agent');
        await goTo(page, `#/conversations/simulator/${from}`);
        await page.waitForSelector('.window[data-count="1"]');
        await page.click('.charge summary');
        await page.click('.menu-list [data-act="flush"]');
        await page.waitForSelector('.strip-human');
        await page.click('.charge summary');
        await page.click('.menu-list [data-act="hand-back"]');
        await page.waitForFunction(() => document.querySelector('.strip-human') === null);
        expect(complaints).toEqual([]);
        await page.browserContext().close();
      },
    );

    it(
      'shows a customer’s text as it was typed: no markup of it comes alive, and what can’t be seen is named',
      { timeout: 120_000 },
      async () => {
        const { page, complaints } = await visit(browser, zajel.url, 'en', 1280);
        await signIn(page, zajel.key);
        const hostile = '<img src=x onerror="document.title=\'taken\'"> a\u202Eb';
        const path = `${zajel.url}/api/simulator/demo/sim/messages`;
        await fetch(path, {
          method: 'POST',
          headers: { 'X-Api-Key': zajel.key, 'Content-Type': 'application/json' },
          body: JSON.stringify({ from: '201000000103', text: hostile }),
        });
        await goTo(page, '#/conversations/simulator/201000000103');
        await page.waitForSelector('.bubble[data-by="customer"] .bubble-text');
        expect(await page.$eval('.bubble-text', (text) => text.textContent)).toBe(hostile);
        expect(await page.$$eval('.bubble-text img', (images) => images.length)).toBe(0);
        expect(
          await page.$$eval('.odd', (marks) => marks.map((mark) => mark.getAttribute('data-code'))),
        ).toEqual(['U+202E']);
        expect(await page.title()).toBe('Zajel');
        expect(complaints).toEqual([]);
        await page.browserContext().close();
      },
    );

    it(
      'keeps what is typed while a message is on its way, sends both in order, and gives back what was not sent',
      { timeout: 120_000 },
      async () => {
        const from = '201000000104';
        const { page, complaints } = await visit(browser, zajel.url, 'en', 1280);
        await signIn(page, zajel.key);
        await goTo(page, '#/phone');
        await fill(page, 'input[name="from"]', from);
        await write(page, '.handset', 'agent');
        await says(page, '.handset .bubble-text', 'agent');
        await goTo(page, `#/conversations/simulator/${from}`);
        await page.waitForSelector('.talk-foot textarea');
        const box = '.talk-foot textarea';
        const inBox = (text: string) =>
          page.waitForFunction(
            (selector, wanted) => document.querySelector<HTMLTextAreaElement>(selector)?.value === wanted,
            {},
            box,
            text,
          );

        const held: HTTPRequest[] = [];
        let taken = 0;
        let holding = true;
        await page.setRequestInterception(true);
        page.on('request', (request) => {
          const isMessage = request.method() === 'POST' && request.url().endsWith('/messages');
          if (isMessage && holding) held.push(request);
          else void request.continue();
        });
        page.on('response', (response) => {
          if (response.request().method() === 'POST' && response.status() === 202) taken += 1;
        });
        await write(page, '.talk-foot', 'first');
        await page.type(box, 'second');
        await page.keyboard.press('Enter');
        await page.type(box, 'third');
        await expect.poll(() => held.length).toBe(1);
        // The network is gone: what nobody took stands in the box again, in front of what was typed meanwhile.
        await held[0]?.abort('connectionfailed');
        await says(page, '.talk-foot [role="alert"]', WORDS.en['problem.offline']);
        await inBox('first\nsecond\nthird');

        await page.keyboard.press('Enter');
        await page.type(box, 'and more');
        await expect.poll(() => held.length).toBe(2);
        holding = false;
        await held[1]?.continue();
        await expect.poll(() => taken, { timeout: 20_000 }).toBe(3);
        await inBox('and more');
        expect(held[1]?.headers()['idempotency-key']).toBe(held[0]?.headers()['idempotency-key']);
        await expect
          .poll(async () => (await received(from)).map(({ text }) => text).slice(-3), { timeout: 30_000 })
          .toEqual(['first', 'second', 'third']);
        expect(complaints).toEqual([]);
        await page.browserContext().close();
      },
    );

    it('refuses an unknown key in words, and says where the right one is', { timeout: 120_000 }, async () => {
      const { page } = await visit(browser, zajel.url, 'ar', 360);
      await page.waitForSelector('input[name="key"]');
      await page.type('input[name="key"]', 'not-a-key');
      await page.click('button[type="submit"]');
      await page.waitForSelector('[role="alert"]');
      expect(await page.$eval('[role="alert"]', (alert) => alert.textContent)).toContain(
        'هذا المفتاح غير معروف',
      );
      expect(await page.$eval('.where', (where) => where.textContent)).toContain('data');
      expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
      await page.browserContext().close();
    });

    it.each([
      ['ar', 360, 'rtl'],
      ['en', 1280, 'ltr'],
    ] as const)(
      'in %s: a shop has a language model answer, says how it speaks, and finds it so the next time',
      { timeout: 120_000 },
      async (language, width, direction) => {
        const words = WORDS[language];
        const tone = language === 'ar' ? 'لهجة مصرية ودودة ومختصرة' : 'Warm and short, no emoji';
        const { page, complaints } = await visit(browser, zajel.url, language, width);
        await signIn(page, zajel.key);
        await goTo(page, '#/settings');
        await press(page, 'input[name="answers"][value="model"]');
        // Nobody has set one up here, and the page says what answers meanwhile.
        await says(page, '.choice', words['settings.answersModelUnset']);
        await fill(page, 'textarea[name="tone"]', tone);
        await fill(page, 'input[name="answers-per-day"]', '500');
        await press(page, 'input[name="when-down"][value="apology"]');
        expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
        await press(page, '.form [type="submit"]');
        await says(page, '.saved', words['state.saved']);
        expect(await zajel.get('/api/merchants/demo/settings')).toMatchObject({
          answers: 'model',
          model: { tone, whenDown: 'apology', answersPerDay: 500 },
        });

        await page.reload();
        await page.waitForSelector('textarea[name="tone"]');
        const kept = await page.$$eval('[name="tone"], [name="answers-per-day"]', (fields) =>
          fields.map((field) => 'value' in field && field.value),
        );
        expect(kept).toEqual([tone, '500']);
        expect(await page.$eval('textarea[name="tone"]', (field) => getComputedStyle(field).direction)).toBe(
          direction,
        );

        // No limit again, and the rules for the next one who looks.
        await fill(page, 'input[name="answers-per-day"]', '');
        await press(page, 'input[name="when-down"][value="rules"]');
        await press(page, 'input[name="answers"][value="rules"]');
        await press(page, '.form [type="submit"]');
        await says(page, '.saved', words['state.saved']);
        expect(await zajel.get('/api/merchants/demo/settings')).toMatchObject({
          answers: 'rules',
          model: { tone, whenDown: 'rules', answersPerDay: null },
        });
        expect(complaints).toEqual([]);
        await page.browserContext().close();
      },
    );

    it.each(['ar', 'en'])(
      'fits on a phone of 360 pixels in %s, on every page',
      { timeout: 180_000 },
      async (language) => {
        const { page, complaints } = await visit(browser, zajel.url, language, 360);
        await signIn(page, zajel.key);
        const wide: string[] = [];
        for (const name of PAGES) {
          await openPage(page, name);
          if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) wide.push(name);
        }
        expect(wide).toEqual([]);
        expect(complaints).toEqual([]);
        await page.browserContext().close();
      },
    );
  },
);
