import { setTimeout as pause } from 'node:timers/promises';
import { memoryOf } from '../channels/whatsapp-web/processes.ts';
import { seeded } from '../tests/chaos/line-dice.ts';
import type { LineFleet } from '../tests/chaos/line-fleet.ts';
import { LINE_FAILURES } from './lines-failures.ts';
import { arrived, KNOWN, recover, type Recovery, type Waited } from './lines-measure.ts';
import { GOAL_MS, linesTable } from './lines-table.ts';
import { memoryMb } from './processes.ts';

/** Between two failures, at random: long enough for the line to work, short enough to meet it in the middle of things. */
const PEACE_SECONDS = { least: 5, most: 40 } as const;
/** Somebody writes about this often, so that most failures meet a message on its way. */
const TALK_EVERY_MS = 6_000;

/** Lives with the line for some minutes: failures at random, the same for the same seed, and messages all the time. */
export async function endurance(fleet: LineFleet, minutes: number, seed: number): Promise<string> {
  const random = seeded(seed);
  const end = Date.now() + minutes * 60_000;
  const recoveries: Recovery[] = [];
  const said: Waited[] = [];
  let over = false;
  const talking = talk(fleet, said, () => over);
  const worker = fleet.workers[0]?.pid ?? 0;
  const memoryBefore = memoryMb([worker]);
  let browserMost = 0;
  for (let round = 0; Date.now() < end; round += 1) {
    await pause((PEACE_SECONDS.least + random() * (PEACE_SECONDS.most - PEACE_SECONDS.least)) * 1_000);
    const failure = LINE_FAILURES[Math.floor(random() * LINE_FAILURES.length)];
    if (failure === undefined) continue;
    const recovery = await recover(fleet, failure, round);
    recoveries.push(recovery);
    browserMost = Math.max(browserMost, (await memoryOf(fleet.paths.profile)) ?? 0);
    console.error(`${new Date().toISOString()} ${failure.kind}: ${recovery.ms ?? 'never'} ms`);
  }
  over = true;
  await talking;
  await fleet.until(
    'everything said has arrived',
    () => said.every((one) => arrived(fleet, one) > 0),
    180_000,
  );
  const counts = said.map((one) => arrived(fleet, one));
  const doubled = counts.filter((count) => count > 1).length;
  return [
    linesTable(fleet, recoveries),
    '',
    `${minutes} minutes, seed ${seed}: ${recoveries.length} failures, ${recoveries.filter(({ ms }) => ms !== null && ms <= GOAL_MS).length} of them over within ${GOAL_MS / 1_000} s; ` +
      `${said.length} messages beside those in the table, ${counts.filter((count) => count === 0).length} lost, ${doubled} doubled. ` +
      `Worker ${Math.round(memoryBefore)} MB at the start, ${Math.round(memoryMb([worker]))} MB at the end; browser at most ${Math.round(browserMost / 1_048_576)} MB.`,
  ].join('\n');
}

/** Customers who ask, and people of the shop who write, in turns. */
async function talk(fleet: LineFleet, said: Waited[], isOver: () => boolean): Promise<void> {
  for (let number = 1; !isOver(); number += 1) {
    const customer = `2012${String(number).padStart(8, '0')}`;
    const text = `حديث ${number}`;
    if (number % 2 === 0) fleet.phone.receive({ from: customer, body: 'بكم القميص؟' });
    else await fleet.write(KNOWN, text);
    said.push(number % 2 === 0 ? { customer, text: null } : { customer: KNOWN, text });
    await pause(TALK_EVERY_MS);
  }
}
