import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { ROOT } from '../../start/root.ts';
import type { Fleet } from '../support/grown-up/fleet.ts';
import { Town } from '../support/grown-up/town.ts';

/** The longest there is: nobody is answered before a person ends the windows, however long a busy machine needs. */
const WINDOW_MS = 600_000;
const CUSTOMERS = 1_000;
/** Those whose answer was thought by the old version, and waits for its line. */
const HELD = 20;

const outboxPage = z.object({
  items: z.array(z.object({ to: z.string(), text: z.string(), key: z.string() })),
  next: z.string().nullish(),
});
const talk = z.object({ waiting: z.object({ reason: z.string() }).nullable() });

let town: Town;
let fleet: Fleet;
let next: string;
beforeAll(async () => {
  next = nextVersion();
  town = await Town.open({
    WINDOW_MS: String(WINDOW_MS),
    WINDOW_MAX_MS: String(WINDOW_MS),
  });
  ({ fleet } = town);
});
afterAll(async () => {
  await town.close();
  rmSync(next, { recursive: true, force: true });
});

/** The next version of Zajel, whose conversations do one thing more than this one's, as `patched()` has it done. */
function nextVersion(): string {
  const folder = mkdtempSync(join(tmpdir(), 'zajel-next-'));
  const left = new Set(['node_modules', '.git', 'data', 'tests', 'docs']);
  cpSync(ROOT, folder, {
    recursive: true,
    filter: (source) => !left.has(source.slice(ROOT.length + 1).split('/')[0] ?? ''),
  });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const file = join(folder, 'workflows', 'conversation.ts');
  const code = readFileSync(file, 'utf8').replace(
    '  const run = new ConversationRun(input);',
    `  if (patched('next-version')) await sleep(1);\n$&`,
  );
  expect(code).toContain('next-version');
  writeFileSync(file, `import { patched, sleep } from '@temporalio/workflow';\n${code}`);
  return folder;
}

async function shop(id: string, windowMs: number): Promise<void> {
  await fleet.ask('POST', '/api/merchants', { id, name: 'متجر', country: 'IQ', timezone: 'Asia/Baghdad' });
  await fleet.ask('POST', `/api/merchants/${id}/lines`, { id: 'sim', channel: 'simulator' });
  await fleet.ask('PATCH', `/api/merchants/${id}/rules`, { alwaysAnswer: true });
  await fleet.ask('PATCH', `/api/merchants/${id}/settings`, { window: { ms: windowMs, maxMs: windowMs } });
}

const say = (merchant: string, number: number, text: string): Promise<unknown> =>
  fleet.ask(
    'POST',
    `/api/simulator/${merchant}/sim/messages`,
    { from: `20${number}`, text, id: `m${number}` },
    number,
  );

async function each(count: number, work: (number: number) => Promise<unknown>): Promise<void> {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const worker = async (): Promise<void> => {
    for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) await work(number);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

async function received(merchant: string): Promise<z.output<typeof outboxPage>['items']> {
  const all = [];
  for (let cursor: string | null | undefined = ''; cursor != null;) {
    const page = outboxPage.parse(
      await fleet.ask(
        'GET',
        `/api/simulator/${merchant}/sim/outbox?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`,
      ),
    );
    all.push(...page.items);
    cursor = page.next;
  }
  return all;
}

it('answers a thousand open windows once each while every process is replaced by the next version', async () => {
  await shop('held', 500);
  await shop('open', WINDOW_MS);
  await fleet.ask('POST', '/api/merchants/held/lines/sim/stop');
  await each(HELD, (number) => say('held', number, 'بكم القميص؟'));
  const waits = async (number: number): Promise<boolean> =>
    talk.parse(await fleet.ask('GET', `/api/merchants/held/conversations/simulator/20${number}`)).waiting
      ?.reason === 'line-down';
  for (let number = 0; number < HELD; number += 1) while (!(await waits(number))) await pause(200);

  await each(CUSTOMERS, (number) => say('open', number, 'السلام عليكم'));
  for (const part of [...fleet.workers, ...fleet.apis]) await part.replace(next);
  // All were open, and still are: nobody has been answered.
  expect(await received('open')).toEqual([]);

  await fleet.ask('POST', '/api/merchants/held/lines/sim/start');
  while ((await received('held')).length < HELD) await pause(500);
  await each(CUSTOMERS, (number) =>
    fleet.ask('POST', `/api/merchants/open/conversations/simulator/20${number}/flush`, undefined, number),
  );
  while ((await received('open')).length < CUSTOMERS) await pause(500);
  await pause(3_000);
  for (const [merchant, count] of [
    ['held', HELD],
    ['open', CUSTOMERS],
  ] as const) {
    const answers = await received(merchant);
    expect(answers).toHaveLength(count);
    expect(new Set(answers.map(({ to }) => to)).size).toBe(count);
  }
  for (const { process } of fleet.workers) expect(process.log()).not.toMatch(/nondeterminis/i);
}, 900_000);
