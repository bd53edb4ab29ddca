import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { temporalCli } from '../start/embedded-temporal/cli.ts';
import { StartRefused } from '../start/start-refused.ts';
import {
  startSheetsDouble,
  type SheetHandle,
  type SheetsDouble,
} from '../tests/doubles/sheets-api/double.ts';
import { RunningZajel } from '../tests/support/running-zajel.ts';
import { addressOf, HEADER, orderRow, STATUS } from '../tests/support/sheet-file.ts';
import { sheetWorkflowId } from '../workflows/ids.ts';
import { merchantId } from '../domain/ids.ts';
import { memoryMb } from './processes.ts';
import { watchHistory, type WatchHistory } from './sheets-history.ts';
import { circumstances } from './surroundings.ts';

const USAGE = `npm run bench -- sheets [--quick] [--rows 3000] [--polls 1000]
  one order sheet behind a double of the Sheets API, watched by the whole product
  --quick  100 polls instead of 1,000`;
const NAME = 1;
/** Polls of each kind that are timed. */
const TIMED = 20;
const SETTLE_SECONDS = 1;
const PAUSED = { pollSeconds: 86_400 } as const;

const status = z.object({ sheet: z.object({ lastPollAt: z.string().nullable() }) });
const outbox = z.object({ items: z.array(z.object({ at: z.string() })) });

/** `npm run bench -- sheets` */
export async function benchSheets(args: readonly string[]): Promise<void> {
  const { rows, polls } = planOf(args);
  const cli = await temporalCli(process.env['TEMPORAL_CLI_PATH'], (line) => console.error(line));
  const double = await startSheetsDouble();
  const zajel = new RunningZajel({ SHEETS_API_URL: double.url, LOG_LEVEL: 'warn' });
  try {
    await zajel.start();
    const sheet = double.create([
      HEADER,
      ...Array.from({ length: rows }, (_, index) => orderRow(index + 1, 'مؤجل')),
    ]);
    await zajel.call('PATCH', '/api/merchants/demo/settings', { timings: { ...PAUSED, settleSeconds: 0 } });
    await zajel.call('PUT', '/api/merchants/demo/sheet', {
      kind: 'google',
      spreadsheet: sheet.id,
      credentials: double.credentials(),
      line: 'sim',
    });
    // A poll is in the store a moment before it is over.
    const history = async (): Promise<WatchHistory> => {
      for (;;) {
        const seen = await watchHistory(cli, zajel.temporalAddress, sheetWorkflowId(merchantId('demo')));
        if (seen.activities === seen.pollsMs.length) return seen;
      }
    };
    await polled(zajel);
    console.error('polls without a change');
    const idle = await phase(double, history, () => times(TIMED, () => polled(zajel)));
    console.error('polls with an edit');
    const edited = await phase(double, history, () =>
      times(TIMED, async (index) => {
        edit(sheet, index, NAME, `عميل جديد ${index}`);
        await polled(zajel);
      }),
    );
    console.error('status changes');
    const lateMs = await statusChanges(zajel, sheet);
    console.error(`memory over ${polls} polls`);
    const memory = await memoryOver(zajel, sheet, polls);
    console.log(`\n${table({ rows, polls, idle, edited, lateMs, memory })}\n\n${circumstances(null)}`);
  } finally {
    await zajel.remove();
    await double.close();
  }
}

interface Phase {
  readonly polls: number;
  readonly activities: number;
  readonly reads: number;
  readonly pollsMs: readonly number[];
}

async function phase(
  double: SheetsDouble,
  history: () => Promise<WatchHistory>,
  work: () => Promise<void>,
): Promise<Phase> {
  const before = await history();
  double.resetCounts();
  await work();
  const { activities, pollsMs } = await history();
  return {
    polls: pollsMs.length - before.pollsMs.length,
    activities: activities - before.activities,
    reads: double.counts().getByDataFilter ?? 0,
    pollsMs: pollsMs.slice(before.pollsMs.length),
  };
}

/** From the end of the settle time until the customer's phone has the message. */
async function statusChanges(zajel: RunningZajel, sheet: SheetHandle): Promise<number[]> {
  await zajel.call('PATCH', '/api/merchants/demo/settings', { timings: { settleSeconds: SETTLE_SECONDS } });
  const lateMs: number[] = [];
  for (let index = 0; index < TIMED; index += 1) {
    const row = 200 + index;
    edit(sheet, row, STATUS, 'تم الشحن');
    const seenMs = await polled(zajel);
    const sentMs = await sent(zajel, addressOf(row + 1));
    lateMs.push(sentMs - seenMs - SETTLE_SECONDS * 1_000);
  }
  await zajel.call('PATCH', '/api/merchants/demo/settings', { timings: { settleSeconds: 0 } });
  return lateMs;
}

async function sent(zajel: RunningZajel, to: string): Promise<number> {
  for (;;) {
    const { body } = await zajel.call('GET', `/api/simulator/demo/sim/outbox?to=${to}`);
    const [message] = outbox.parse(body).items;
    if (message !== undefined) return Date.parse(message.at);
    await pause(50);
  }
}

/** After a tenth of the polls everything is warm; from there on it should stay. */
async function memoryOver(
  zajel: RunningZajel,
  sheet: SheetHandle,
  polls: number,
): Promise<{ warmMb: number; endMb: number }> {
  let warmMb = 0;
  await times(polls, async (index) => {
    edit(sheet, 300 + (index % 500), NAME, `عميل آخر ${index}`);
    await polled(zajel);
    if (index === Math.floor(polls / 10)) warmMb = memoryMb([zajel.pid]);
  });
  return { warmMb, endMb: memoryMb([zajel.pid]) };
}

const edit = (sheet: SheetHandle, row: number, column: number, text: string): void =>
  sheet.person({ do: 'edit', row: row + 1, column, text });

/** Asks for a poll and waits until one that began after this is in the store; returns when it began. */
async function polled(zajel: RunningZajel): Promise<number> {
  const sinceMs = Date.now();
  await zajel.call('POST', '/api/automation/start', { merchant: 'demo' });
  for (;;) {
    const { body } = await zajel.call('GET', '/api/automation/status?merchant=demo');
    const atMs = Date.parse(status.parse(body).sheet.lastPollAt ?? '1970-01-01');
    if (atMs >= sinceMs) return atMs;
    await pause(20);
  }
}

async function times(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  for (let index = 0; index < count; index += 1) await work(index);
}

interface Found {
  readonly rows: number;
  readonly polls: number;
  readonly idle: Phase;
  readonly edited: Phase;
  readonly lateMs: readonly number[];
  readonly memory: { readonly warmMb: number; readonly endMb: number };
}

function table({ rows, polls, idle, edited, lateMs, memory }: Found): string {
  const line = (what: string, found: string, goal: string): string => `| ${what} | ${found} | ${goal} |`;
  const both = (ms: readonly number[]): string => `${at(ms, 0.5)} / ${at(ms, 1)} ms`;
  return [
    line(`a sheet of ${rows} rows`, 'p50 / most', 'goal'),
    '|---|---:|---:|',
    line('poll, nothing changed', both(idle.pollsMs), '1,000 ms'),
    line('poll, one row edited: read, compared, kept', both(edited.pollsMs), '1,000 ms'),
    line('reads of the tab per poll that found an edit', (edited.reads / edited.polls).toFixed(2), '1'),
    line('reads of the tab per poll that found none', (idle.reads / idle.polls).toFixed(2), 'under 1'),
    line('activities per poll', (idle.activities / idle.polls).toFixed(2), '1'),
    line('status change at the phone, after the settle time', both(lateMs), '2,000 ms'),
    line(
      `memory of the whole process, after ${Math.floor(polls / 10)} and after ${polls} polls with an edit`,
      `${memory.warmMb.toFixed(0)} / ${memory.endMb.toFixed(0)} MB`,
      'within 10 %',
    ),
  ].join('\n');
}

function at(ms: readonly number[], share: number): number {
  const sorted = ms.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN);
}

function planOf(args: readonly string[]): { rows: number; polls: number } {
  const text = { type: 'string' } as const;
  try {
    const { quick, rows, polls } = parseArgs({
      args: [...args],
      options: { quick: { type: 'boolean' }, rows: text, polls: text },
    }).values;
    const plan = { rows: Number(rows ?? 3_000), polls: Number(polls ?? (quick === true ? 100 : 1_000)) };
    // Rows 200 to 800 are the ones that are edited; the numbers of made-up customers end at 9,999.
    if (!(plan.rows >= 900 && plan.rows < 10_000 && plan.polls >= 20)) throw new RangeError('out of range');
    return plan;
  } catch (error) {
    throw new StartRefused(`${USAGE}\n  rows from 900 to 9999, at least 20 polls`, { cause: error });
  }
}
