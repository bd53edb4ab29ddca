import { parseArgs } from 'node:util';
import { findChromium } from '../start/chromium.ts';
import { StartRefused } from '../start/start-refused.ts';
import { LineFleet } from '../tests/chaos/line-fleet.ts';
import { LINE_FAILURES } from './lines-failures.ts';
import { introduce, recover, type Recovery } from './lines-measure.ts';
import { isWell, linesTable } from './lines-table.ts';

const USAGE = `npm run bench -- lines [--quick] [--times 5] [--only KIND]
  breaks a WhatsApp line in ten ways, five times each, and prints how it came back (about 40 minutes)
  --quick    one of each (about 8 minutes)
  --only     the failures whose name holds this`;

/** `npm run bench -- lines`: the real library in a real Chromium, the page a double, every wait as in production. */
export async function benchLines(args: readonly string[]): Promise<void> {
  const { times, failures } = planOf(args);
  const chromium = findChromium(process.env['CHROMIUM_PATH']);
  if (chromium === null) throw new StartRefused('Chromium was not found: install it, or set CHROMIUM_PATH');
  const fleet = await LineFleet.start(chromium);
  const recoveries: Recovery[] = [];
  try {
    fleet.startWorker();
    await fleet.link();
    await introduce(fleet);
    for (let round = 0; round < times; round += 1) {
      for (const failure of failures) {
        const recovery = await recover(fleet, failure, round);
        recoveries.push(recovery);
        console.error(
          `${new Date().toISOString()} ${failure.kind} ${round + 1}/${times}: ${recovery.ms ?? 'never'} ms${isWell(fleet, recovery) ? '' : ' (not well)'}`,
        );
      }
    }
    console.log(`\n${linesTable(fleet, recoveries)}`);
    if (!recoveries.every((one) => isWell(fleet, one))) process.exitCode = 1;
  } finally {
    await fleet.close();
  }
}

function planOf(args: readonly string[]): { times: number; failures: typeof LINE_FAILURES } {
  const text = { type: 'string' } as const;
  let values;
  try {
    values = parseArgs({
      args: [...args],
      options: { quick: { type: 'boolean' }, times: text, only: text },
    }).values;
  } catch (error) {
    throw new StartRefused(USAGE, { cause: error });
  }
  const times = Number(values.times ?? (values.quick === true ? 1 : 5));
  const failures = LINE_FAILURES.filter(({ kind }) => kind.includes(values.only ?? ''));
  if (!(times >= 1) || failures.length === 0) throw new StartRefused(USAGE);
  return { times, failures };
}
