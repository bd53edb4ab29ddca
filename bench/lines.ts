import { parseArgs } from 'node:util';
import { findChromium } from '../start/chromium.ts';
import { StartRefused } from '../start/start-refused.ts';
import { LineFleet } from '../tests/chaos/line-fleet.ts';
import { endurance } from './lines-endurance.ts';
import { failovers } from './lines-failover.ts';
import { LINE_FAILURES, type LineFailure } from './lines-failures.ts';
import { introduce, recover, type Recovery } from './lines-measure.ts';
import { isWell, linesTable } from './lines-table.ts';

const USAGE = `npm run bench -- lines [--quick] [--times 5] [--only KIND] [--failovers 5] [--minutes 60 [--seed 1]]
  breaks a WhatsApp line in ten ways, five times each, and prints how it came back (about 25 minutes)
  --quick      one of each (about 5 minutes)
  --only       the failures whose name holds this
  --failovers  instead: kills the worker that holds the line, this often
  --minutes    instead: lives with failures in turn for so long, while messages come and go and the line is watched
               over the API (60 is the hour of docs/channels.md)`;

interface Plan {
  readonly times: number;
  readonly failures: readonly LineFailure[];
  readonly failovers: number;
  readonly minutes: number;
  readonly seed: number;
}

/** `npm run bench -- lines`: the real library in a real Chromium, the page a double, every wait as in production. */
export async function benchLines(args: readonly string[]): Promise<void> {
  const plan = planOf(args);
  const chromium = findChromium(process.env['CHROMIUM_PATH']);
  if (chromium === null) throw new StartRefused('Chromium was not found: install it, or set CHROMIUM_PATH');
  const fleet = await LineFleet.start(chromium);
  try {
    fleet.startWorker();
    await fleet.link();
    await fleet.withoutPace();
    await introduce(fleet);
    console.log(`\n${await measured(fleet, plan)}`);
  } finally {
    await fleet.close();
  }
}

async function measured(
  fleet: LineFleet,
  { times, failures, failovers: kills, minutes, seed }: Plan,
): Promise<string> {
  if (kills > 0) return failovers(fleet, kills);
  if (minutes > 0) return endurance(fleet, minutes, seed);
  const recoveries: Recovery[] = [];
  for (let round = 0; round < times; round += 1) {
    for (const failure of failures) {
      const recovery = await recover(fleet, failure, round);
      recoveries.push(recovery);
      console.error(
        `${new Date().toISOString()} ${failure.kind} ${round + 1}/${times}: ${recovery.ms ?? 'never'} ms${isWell(fleet, recovery) ? '' : ' (not well)'}`,
      );
    }
  }
  if (!recoveries.every((one) => isWell(fleet, one))) process.exitCode = 1;
  return linesTable(fleet, recoveries);
}

function planOf(args: readonly string[]): Plan {
  const text = { type: 'string' } as const;
  let values;
  try {
    values = parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean' },
        times: text,
        only: text,
        failovers: text,
        minutes: text,
        seed: text,
      },
    }).values;
  } catch (error) {
    throw new StartRefused(USAGE, { cause: error });
  }
  const plan = {
    times: Number(values.times ?? (values.quick === true ? 1 : 5)),
    failures: LINE_FAILURES.filter(({ kind }) => kind.includes(values.only ?? '')),
    failovers: Number(values.failovers ?? 0),
    minutes: Number(values.minutes ?? 0),
    seed: Number(values.seed ?? 1),
  };
  const numbers = [plan.times, plan.failovers, plan.minutes, plan.seed];
  if (!numbers.every((number) => number >= 0) || plan.failures.length === 0) throw new StartRefused(USAGE);
  return plan;
}
