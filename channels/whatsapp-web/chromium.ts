import { access, constants } from 'node:fs/promises';
import { chromiumPlaces } from './chromium-places.ts';
import { refusals } from './refused.ts';

/** The browser's path: the one that was set, else what the machine has. */
export async function findChromium(configured?: string): Promise<string> {
  const candidates = configured === undefined || configured === '' ? chromiumPlaces() : [configured];
  for (const candidate of candidates) if (await runnable(candidate)) return candidate;
  throw refusals.noChromium(
    configured === undefined || configured === ''
      ? 'looked for Chromium, Chrome and Edge'
      : `CHROMIUM_PATH=${configured}`,
  );
}

async function runnable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** What keeps one WhatsApp page small and quiet. No flag here changes what the page sees of the web. */
export function browserArgs(extra: readonly string[] = []): string[] {
  return [
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
    '--disable-extensions',
    '--disable-default-apps',
    '--disable-crash-reporter',
    '--disable-breakpad',
    '--no-first-run',
    '--no-default-browser-check',
    '--mute-audio',
    // /dev/shm is 64 MB in containers: the page would crash on it.
    '--disable-dev-shm-usage',
    // The login must open on another machine: no key ring of this one.
    '--password-store=basic',
    '--disk-cache-size=52428800',
    // A page that nobody looks at must not be slowed down.
    '--disable-background-timer-throttling',
    '--disable-renderer-backgrounding',
    '--disable-backgrounding-occluded-windows',
    // Chromium's sandbox does not work for root; for every other user it stays.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ...extra,
  ];
}

const SYSTEMS: Readonly<Record<string, string>> = {
  darwin: 'Macintosh; Intel Mac OS X 10_15_7',
  win32: 'Windows NT 10.0; Win64; x64',
};

/** The browser's own true version without the word Headless: the library's default names one of 2022, which WhatsApp may refuse. */
export function userAgentOf(version: string): string {
  const major = /\/(\d+)\./.exec(version)?.[1] ?? '140';
  return `Mozilla/5.0 (${SYSTEMS[process.platform] ?? 'X11; Linux x86_64'}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`;
}
