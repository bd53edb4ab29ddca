import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import { temporalCli } from '../start/embedded-temporal/cli.ts';
import { StartRefused } from '../start/start-refused.ts';
import type { Contender, RunningContender } from './contender.ts';
import { bullmq } from './contenders/bullmq/bullmq.ts';
import { plainTemporal } from './contenders/plain-temporal/plain-temporal.ts';
import { replaced } from './contenders/replaced/replaced.ts';
import { restate } from './contenders/restate/restate.ts';
import { zajelGrownUp } from './contenders/zajel-grown-up.ts';
import { zajel } from './contenders/zajel.ts';
import { costOf } from './cost.ts';
import { benchLines } from './lines.ts';
import { measure, type Measured } from './measure.ts';
import { benchOpen } from './open.ts';
import { plot } from './plot.ts';
import { memoryMb } from './processes.ts';
import { benchSheets } from './sheets.ts';
import { benchWebhooks } from './webhooks.ts';
import { circumstances, surroundings } from './surroundings.ts';
import { loadTable, standingTable, type Standing } from './table.ts';

const USAGE = `npm run bench -- [--quick] [--json FILE] [--plot FILE] [--rates 5,10,20,30,50] [--kills-at 10] [--seconds 60] [--window 8000] [--only NAME] [--against FOLDER]
  --quick    Zajel and the plain workflow, two rates, 8 s each, a window of 4 s: under 3 minutes
  --kills-at one more row at this rate, with the worker killed (-9) every 10 s; 0: none
  --only     contenders whose name holds this
  --json     each row with machine, versions and date
  --plot     the lateness of all as an SVG
  --against  another checkout of Zajel, measured beside this one
npm run bench -- lines …   how a WhatsApp line comes back after it was broken
npm run bench -- sheets …  an order sheet of 3,000 rows
npm run bench -- webhooks …   how long a provider waits for its 200; --hundred 10: a hundred customers at once; --neighbours 60: a line in trouble beside one that is well
npm run bench -- open …   memory and disk of many orders that wait and many open windows`;

interface Plan {
  readonly rates: readonly number[];
  readonly seconds: number;
  readonly windowMs: number;
  readonly killsAt: number;
  readonly json: string | undefined;
  readonly plot: string | undefined;
  readonly contenders: readonly Contender[];
}

/** Enough for the compilers to have seen the code, and for pools and caches to be filled. */
const WARM_UP = { rate: 5, seconds: 4 };
/** How often the worker dies where it does. */
const KILL_EVERY_MS = 10_000;
/** What a start leaves behind (garbage, first polls) is over by then. */
const IDLE_AFTER_MS = 3_000;

try {
  const [what, ...more] = process.argv.slice(2);
  if (what === 'lines') await benchLines(more);
  else if (what === 'sheets') await benchSheets(more);
  else if (what === 'webhooks') await benchWebhooks(more);
  else if (what === 'open') await benchOpen(more);
  else await runPlan(planOf(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof StartRefused)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

function planOf(args: readonly string[]): Plan {
  const text = { type: 'string' } as const;
  let values;
  try {
    values = parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean' },
        json: text,
        plot: text,
        rates: text,
        'kills-at': text,
        seconds: text,
        window: text,
        only: text,
        against: text,
      },
    }).values;
  } catch (error) {
    throw new StartRefused(USAGE, { cause: error });
  }
  const quick = values.quick === true;
  const numbers = (given: string | undefined, usual: string): number[] =>
    (given ?? usual).split(',').map(Number);
  const rates = numbers(values.rates, quick ? '10,20' : '5,10,20,30,50');
  const [killsAt = NaN] = numbers(values['kills-at'], quick ? '0' : '10');
  const [seconds = NaN] = numbers(values.seconds, quick ? '8' : '60');
  const [windowMs = NaN] = numbers(values.window, quick ? '4000' : '8000');
  // The last message comes 1.4 s after the first; nearer to the end than the grace period it would move the window.
  if (![...rates, seconds].every((value) => value > 0) || !(killsAt >= 0) || !(windowMs >= 3_500))
    throw new StartRefused(`${USAGE}\n  the window is at least 3500 ms here`);
  const all = [
    zajel(),
    ...(values.against === undefined ? [] : [zajel('Zajel, the other checkout', resolve(values.against))]),
    plainTemporal,
    ...(quick ? [] : [zajelGrownUp, restate, bullmq, replaced]),
  ];
  const contenders = all.filter(({ name }) => name.toLowerCase().includes((values.only ?? '').toLowerCase()));
  return { rates, seconds, windowMs, killsAt, json: values.json, plot: values.plot, contenders };
}

async function runPlan(plan: Plan): Promise<void> {
  await temporalCli(process.env['TEMPORAL_CLI_PATH'], (line) => console.error(line));
  await run(plan);
}

async function run({ rates, killsAt, seconds, windowMs, json, plot: svg, contenders }: Plan): Promise<void> {
  const measured: Measured[] = [];
  const standings: Standing[] = [];
  const rows: Row[] = rates.map((rate) => ({ rate, killEveryMs: null }));
  if (killsAt > 0) rows.push({ rate: killsAt, killEveryMs: KILL_EVERY_MS });
  for (const contender of contenders) {
    const missing = await contender.missing();
    if (missing !== null) {
      console.error(`${contender.name}: skipped, ${missing}`);
      continue;
    }
    let waiting: readonly Row[] = rows;
    for (let first = true; waiting.length > 0; first = false) {
      console.error(`${contender.name}: starting`);
      const folder = mkdtempSync(join(tmpdir(), 'zajel-bench-'));
      const running = await contender.start({ windowMs, folder });
      try {
        await pause(IDLE_AFTER_MS);
        if (first) standings.push(await standingOf(contender, running, windowMs));
        await measure('warm-up', running, WARM_UP.rate, WARM_UP.seconds, windowMs);
        waiting = await measureRows(contender, running, waiting, { seconds, windowMs }, measured);
      } finally {
        await running.stop();
        rmSync(folder, { recursive: true, force: true });
      }
    }
  }
  const around = surroundings();
  console.log(
    `\n${loadTable(measured)}\n\nTimes in milliseconds; late: after the end of the window.\n\n${standingTable(standings)}\n\n${circumstances(windowMs, around)}`,
  );
  const rowsInFull = measured.map((row) => ({ ...row, ...around }));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(rowsInFull, null, 2)}\n`);
  if (svg !== undefined) writeFileSync(svg, plot(measured));
}

interface Row {
  readonly rate: number;
  readonly killEveryMs: number | null;
}

/** Measures row after row until one leaves work undone: what comes after it begins with a fresh start. */
async function measureRows(
  { name }: Contender,
  running: RunningContender,
  rows: readonly Row[],
  { seconds, windowMs }: { readonly seconds: number; readonly windowMs: number },
  measured: Measured[],
): Promise<readonly Row[]> {
  for (const [index, { rate, killEveryMs }] of rows.entries()) {
    console.error(`${name}: ${rate} turns/s for ${seconds} s${killEveryMs === null ? '' : ', with kills'}`);
    const row = await measure(name, running, rate, seconds, windowMs, killEveryMs);
    measured.push(row);
    if (row.lost > 0) return rows.slice(index + 1);
  }
  return [];
}

async function standingOf(
  { name }: Contender,
  running: RunningContender,
  windowMs: number,
): Promise<Standing> {
  const { server, worker } = running.processes();
  const idleMemoryMb = memoryMb([...server, ...worker]);
  const [oneMessage, burst] = await Promise.all([costOf(running, 1, windowMs), costOf(running, 3, windowMs)]);
  return { contender: name, readyMs: running.readyMs, idleMemoryMb, oneMessage, burst };
}
