import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../root.ts';
import type { Settings } from '../settings.ts';
import { StartRefused } from '../start-refused.ts';

export interface PhoneOptions {
  readonly url: string;
  readonly key: string;
  readonly merchant: string;
  readonly line: string;
  /** The phone's own number. */
  readonly number: string;
}

const USAGE =
  'npm run phone -- [--url http://127.0.0.1:3000] [--number 201012345678] [--merchant demo] [--line sim]';

/** Which Zajel, with which key, as whom. @throws StartRefused in one sentence. */
export function phoneOptions(args: readonly string[], settings: Settings): PhoneOptions {
  const { url, number, merchant = 'demo', line = 'sim' } = flags(args);
  if (url === undefined && settings.PORT === 0)
    throw new StartRefused('PORT is 0, so only Zajel knows where it listens: name its address with --url');
  const chosen = (url ?? `http://${reachable(settings.HOST)}:${settings.PORT}`).replace(/\/+$/, '');
  if (!/^https?:$/.test(URL.parse(chosen)?.protocol ?? ''))
    throw new StartRefused('--url must be an address like http://127.0.0.1:3000');
  return { url: chosen, key: adminKey(settings), merchant, line, number: number ?? newNumber() };
}

function flags(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args: [...args], options: { url: text, number: text, merchant: text, line: text } })
      .values;
  } catch (error) {
    throw new StartRefused(`usage: ${USAGE}`, { cause: error });
  }
}

/** Listening everywhere, it is reached here. */
const reachable = (host: string): string =>
  host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;

function adminKey({ ADMIN_API_KEY, ZAJEL_DATA }: Settings): string {
  if (ADMIN_API_KEY !== undefined) return ADMIN_API_KEY;
  const file = resolve(ROOT, ZAJEL_DATA, 'keys', 'admin-api-key');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  throw new StartRefused(
    `there is no admin key in ${file} yet: start Zajel first with npm start, or set ADMIN_API_KEY`,
  );
}

/** An Egyptian mobile nobody has used here before: each start is a customer who has never written. */
const newNumber = (): string => `2010${Math.floor(10_000_000 + Math.random() * 90_000_000)}`;
