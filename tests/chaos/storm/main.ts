import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { findChromium } from '../../../start/chromium.ts';
import { grownUpPrograms } from '../../support/grown-up/programs.ts';
import { storm } from './storm.ts';

const USAGE = `npm run chaos -- [--minutes 60] [--seed 1] [--customers 100] [--json FILE]
  Kills, freezes and cuts off every part of a grown-up Zajel at random while customers write and a sheet changes.
  A fifth as many write to a linked phone besides, where Chromium is found (CHROMIUM_PATH).
  It needs Linux, PostgreSQL's server as Debian installs it (apt install postgresql), and Go, which builds the Temporal server once.
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    customers: { type: 'string', default: '100' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const programs = await grownUpPrograms(say);
const [minutes, seed, customers] = [values.minutes, values.seed, values.customers].map(Number);
if (values.help || typeof programs === 'string' || !(minutes && minutes > 0) || !seed || !customers) {
  say(typeof programs === 'string' ? `${programs}\n${USAGE}` : USAGE);
  process.exitCode = values.help ? 0 : 1;
} else {
  say(`seed ${seed}, ${minutes} minutes, ${customers} customers`);
  const began = Date.now();
  const report = await storm({
    programs,
    seed,
    minutes,
    customers,
    chromium: findChromium(process.env['CHROMIUM_PATH']),
    untilTold: true,
    say: (line) => say(`${((Date.now() - began) / 1_000).toFixed(0).padStart(5)} s  ${line}`),
  });
  say(JSON.stringify(report, null, 2));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = report.wrong.length === 0 ? 0 : 1;
}
