import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { findChromium } from '../../start/chromium.ts';
import { freePorts } from '../../bench/processes.ts';

export const chromium = findChromium(process.env['CHROMIUM_PATH']);

export interface Installation {
  readonly url: string;
  readonly key: string;
  get(path: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** Long enough to type three fragments and look at them, also on a machine that is busy with other tests. */
const WINDOW_MS = '30000';

/** The whole product as `npm start` runs it, on a data folder and ports of its own. */
export async function startInstallation(): Promise<Installation> {
  const data = mkdtempSync(join(tmpdir(), 'zajel-console-'));
  const key = 'console-test-0123456789abcdefghijklmnop';
  const [port = 0, temporalPort = 0, uiPort = 0] = await freePorts(3);
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'start/main.ts'], {
    env: {
      ...process.env,
      PORT: String(port),
      ZAJEL_DATA: data,
      ADMIN_API_KEY: key,
      LOG_FORMAT: 'json',
      LOG_LEVEL: 'warn',
      TEMPORAL_PORT: String(temporalPort),
      TEMPORAL_UI_PORT: String(uiPort),
      WINDOW_MS,
      WINDOW_MAX_MS: '30000',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await running(child);
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    key,
    async get(path) {
      const body: unknown = await (await fetch(url + path, { headers: { 'X-Api-Key': key } })).json();
      return body;
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Resolves with the banner; a start that is refused says why. */
function running(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('Console ')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the installation ended with ${String(code)}: ${said}`)));
  });
}

export const openBrowser = (executablePath: string): Promise<Browser> =>
  puppeteer.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });

/** A telephone and a desk. */
export const VISITORS = [
  { language: 'ar', width: 360 },
  { language: 'en', width: 1280 },
] as const;

export interface Visit {
  readonly page: Page;
  /** What the browser complained about: errors of scripts, and what the content policy refused. */
  readonly complaints: string[];
}

/** A tab whose browser prefers this language, with nothing kept from before. */
export async function visit(browser: Browser, url: string, language: string, width: number): Promise<Visit> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const devtools = await page.createCDPSession();
  await devtools.send('Emulation.setUserAgentOverride', {
    userAgent: await browser.userAgent(),
    acceptLanguage: language,
  });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // A refused call is in the log as well; those the page expects and explains.
    if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
      complaints.push(message.text());
  });
  await page.setViewport({ width, height: 780 });
  await page.goto(url);
  return { page, complaints };
}

export async function signIn(page: Page, key: string): Promise<void> {
  await page.waitForSelector('input[name="key"]');
  await page.type('input[name="key"]', key);
  await page.click('button[type="submit"]');
  await page.waitForSelector('.shell');
}

/** One of the console's pages, once it has drawn what it loads. */
export async function openPage(page: Page, name: string): Promise<void> {
  await goTo(page, `#/${name}`);
  await page.waitForFunction(
    (current) =>
      document.querySelector('.shell')?.getAttribute('data-page') === current &&
      document.querySelector('.skeleton') === null,
    {},
    name,
  );
}

export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => void (location.hash = to), hash);
}

export async function write(page: Page, composer: string, text: string): Promise<void> {
  await page.type(`${composer} textarea`, text);
  await page.keyboard.press('Enter');
  await page.waitForFunction(
    (selector) => document.querySelector<HTMLTextAreaElement>(`${selector} textarea`)?.value === '',
    {},
    composer,
  );
}

/** Clicks once it is there and may be clicked. */
export async function press(page: Page, selector: string): Promise<void> {
  await page.waitForSelector(`${selector}:not([disabled])`, { visible: true });
  await page.$eval(selector, (element) => element.scrollIntoView({ block: 'center' }));
  await page.click(selector);
}

/** Clicks, and says yes to what is asked then. */
export async function pressAndConfirm(page: Page, selector: string): Promise<void> {
  await press(page, selector);
  await press(page, 'dialog[open] [data-act="yes"]');
  await page.waitForFunction(() => document.querySelector('dialog[open]') === null);
}

/** Types over what a field holds. */
export async function fill(page: Page, selector: string, text: string): Promise<void> {
  await page.waitForSelector(selector, { visible: true });
  await page.focus(selector);
  await page.$eval(selector, (field) => {
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.select();
  });
  if (text === '') await page.keyboard.press('Backspace');
  else await page.type(selector, text);
}

export const textOf = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, (element) => element.textContent);

/** Waits until a part of the page says this. */
export async function says(page: Page, selector: string, text: string): Promise<void> {
  await page.waitForFunction(
    (where, what) => [...document.querySelectorAll(where)].some((one) => one.textContent.includes(what)),
    {},
    selector,
    text,
  );
}
