import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Connection, Client } from '@temporalio/client';
import { z } from 'zod';
import { temporalCli } from '../start/embedded-temporal/cli.ts';
import { StartRefused } from '../start/start-refused.ts';
import { RunningZajel } from '../tests/support/running-zajel.ts';
import { nightFrom, orderRow, SheetFile, withStatus } from '../tests/support/sheet-file.ts';
import { memoryMb } from './processes.ts';
import { circumstances } from './surroundings.ts';

const USAGE = `npm run bench -- open [--orders 10000] [--conversations 10000] [--window 600000]
  how much memory and disk many orders that wait and many open windows take, all embedded, on one machine`;
/** As many as a shop's spreadsheet program would change at once. */
const BATCH = 1_000;
const WRITERS = 16;
const NIGHT_MS = 8 * 3_600_000;

const watch = z.object({ sheet: z.object({ lastPollAt: z.string().nullable() }).nullable() });
const outbox = z.object({ items: z.array(z.object({ to: z.string() })), next: z.string().nullable() });

interface Size {
  readonly what: string;
  readonly zajelMb: number;
  readonly temporalMb: number;
  readonly storeMb: number;
  readonly historiesMb: number;
}

/** `npm run bench -- open` */
export async function benchOpen(args: readonly string[]): Promise<void> {
  const { orders, conversations, windowMs } = planOf(args);
  await temporalCli(process.env['TEMPORAL_CLI_PATH'], (line) => console.error(line));
  const zajel = new RunningZajel({
    LOG_LEVEL: 'warn',
    WINDOW_MS: String(windowMs),
    WINDOW_MAX_MS: String(windowMs),
  });
  const sizes: Size[] = [];
  const look = async (what: string): Promise<void> => {
    // What was done last is on the disk by then.
    await pause(5_000);
    sizes.push(sizeOf(zajel, what));
    console.error(what, JSON.stringify(sizes.at(-1)));
  };
  try {
    await zajel.start();
    const client = new Client({
      connection: await Connection.connect({ address: zajel.temporalAddress }),
    });
    const open = async (type: string): Promise<number> =>
      (await client.workflow.count(`WorkflowType = '${type}' and ExecutionStatus = 'Running'`)).count;
    await look('nothing yet');
    await waitingOrders(zajel, orders, () => open('order'));
    await look(`${orders} orders that wait for the morning`);
    const beganMs = Date.now();
    await openConversations(zajel, conversations);
    const openNow = await open('conversation');
    await look(`and ${openNow} open windows`);
    const lastMs = await answered(zajel, conversations);
    await look('the windows answered');
    console.log(
      [
        '',
        '| | Zajel | Temporal | the store | the histories |',
        '|---|---:|---:|---:|---:|',
        ...sizes.map(
          ({ what, zajelMb, temporalMb, storeMb, historiesMb }) =>
            `| ${what} | ${zajelMb} MB | ${temporalMb} MB | ${storeMb} MB | ${historiesMb} MB |`,
        ),
        '',
        `${conversations} people wrote within ${seconds(lastMs.written - beganMs)} s; all were answered once, the last ${seconds(
          lastMs.answered - lastMs.written - windowMs,
        )} s after the last window's end.`,
        '',
        circumstances(null),
      ].join('\n'),
    );
    await client.connection.close();
  } finally {
    await zajel.remove();
  }

  async function answered(
    running: RunningZajel,
    count: number,
  ): Promise<{ written: number; answered: number }> {
    const written = Date.now();
    const heard: string[] = [];
    for (let cursor = ''; heard.length < count;) {
      const page = outbox.parse(
        (await running.must('GET', `/api/simulator/demo/sim/outbox?limit=200${cursor}`)).body,
      );
      heard.push(...page.items.map(({ to }) => to));
      if (page.next === null && heard.length < count) {
        // The last page grows: it is read again.
        heard.length -= page.items.length;
        await pause(1_000);
      } else if (page.next !== null) cursor = `&cursor=${page.next}`;
    }
    const doubled = heard.length - new Set(heard).size;
    if (doubled > 0) throw new Error(`${doubled} were answered twice`);
    return { written, answered: Date.now() };
  }
}

const seconds = (ms: number): number => Math.round(ms / 1_000);

async function waitingOrders(zajel: RunningZajel, count: number, open: () => Promise<number>): Promise<void> {
  const settings = {
    timings: { pollSeconds: 5, settleSeconds: 0 },
    quietHours: nightFrom(Date.now(), NIGHT_MS),
  };
  await zajel.must('PATCH', '/api/merchants/demo/settings', settings);
  const sheet = new SheetFile(
    join(zajel.folder, 'sheets', 'orders.csv'),
    Array.from({ length: count }, (_, index) =>
      orderRow(index, 'مؤجل', { phone: `010${String(index).padStart(8, '0')}` }),
    ),
  );
  sheet.save();
  await zajel.must('POST', '/api/automation/start', { merchant: 'demo' });
  const polledAt = async (): Promise<string | null> =>
    watch.parse((await zajel.must('GET', '/api/automation/status?merchant=demo')).body).sheet?.lastPollAt ??
    null;
  while ((await polledAt()) === null) await pause(500);
  for (let from = 0; from < count; from += BATCH) {
    sheet.edit((rows) =>
      rows.map((row, index) =>
        index >= from && index < from + BATCH ? withStatus(row, 'لم يتم الرد') : row,
      ),
    );
    while ((await open()) < Math.min(from + BATCH, count)) await pause(1_000);
    console.error(`${Math.min(from + BATCH, count)} orders wait`);
  }
}

async function openConversations(zajel: RunningZajel, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const writer = async (): Promise<void> => {
    for (let number = numbers.shift(); number !== undefined; number = numbers.shift())
      await zajel.say(`9647${String(number).padStart(9, '0')}`, 'بكم القميص القطن؟', `m${number}`);
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
}

function sizeOf(zajel: RunningZajel, what: string): Size {
  const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);
  return {
    what,
    zajelMb: Math.round(memoryMb([zajel.pid])),
    temporalMb: Math.round(memoryMb([zajel.temporalPid])),
    storeMb: megabytes(bytesIn(join(zajel.folder, 'postgres'))),
    historiesMb: megabytes(bytesIn(join(zajel.folder, 'temporal'))),
  };
}

const bytesIn = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, entry) =>
        sum + (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );

function planOf(args: readonly string[]): { orders: number; conversations: number; windowMs: number } {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { orders: text, conversations: text, window: text },
    });
    const [orders = NaN, conversations = NaN, windowMs = NaN] = [
      values.orders ?? 10_000,
      values.conversations ?? 10_000,
      values.window ?? 600_000,
    ].map(Number);
    if (!(orders > 0 && conversations > 0 && windowMs >= 1_000 && windowMs <= 600_000))
      throw new RangeError('out of range');
    return { orders, conversations, windowMs };
  } catch (error) {
    throw new StartRefused(USAGE, { cause: error });
  }
}
