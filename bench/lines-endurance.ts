import { setTimeout as pause } from 'node:timers/promises';
import { seeded } from '../tests/chaos/line-dice.ts';
import type { LineFleet } from '../tests/chaos/line-fleet.ts';
import { failover, failoverTable, type Failover } from './lines-failover.ts';
import { LINE_FAILURES, type LineFailure } from './lines-failures.ts';
import { arrived, KNOWN, recover, type Recovery, type Waited } from './lines-measure.ts';
import { MORE_FAILURES, PROFILE_GROWN } from './lines-more-failures.ts';
import { GOAL_MS, isWell, linesTable } from './lines-table.ts';
import { LineWatch } from './lines-watch.ts';

/** Between two failures, at random: long enough for the line to work, short enough to meet it in the middle of things. */
const PEACE_SECONDS = { least: 20, most: 45 } as const;
/** Somebody writes about this often, so that most failures meet a message on its way. */
const TALK_EVERY_MS = 5_000;
/** Workers die first, so that the memory of the one that is left is measured over the rest of the time. */
const FAILOVERS = 2;
/** From here on there is time for what is noticed only every 5 min. */
const LONG_MINUTES = 30;
/** The rounds choose among what a kind can do; this one begins with the longer cuts of the network. */
const FIRST_ROUND = 3;

/** Lives with the line for some time: every kind of failure in turn, the same order for the same seed, and messages all the time. */
export async function endurance(fleet: LineFleet, minutes: number, seed: number): Promise<string> {
  const random = seeded(seed);
  const end = Date.now() + minutes * 60_000;
  const said: Waited[] = [];
  let over = false;
  const talking = talk(fleet, said, () => over);
  const failedOver: Failover[] = [];
  for (let round = 0; round < FAILOVERS; round += 1) failedOver.push(await failover(fleet, round, FAILOVERS));
  const watch = new LineWatch(fleet);
  const recoveries: Recovery[] = [];
  const meet = async (failure: LineFailure, round: number): Promise<void> => {
    const recovery = await met(fleet, failure, round);
    recoveries.push(recovery);
    const well = isWell(fleet, recovery);
    console.error(
      `${new Date().toISOString()} ${failure.kind}: ${recovery.ms ?? 'never'} ms${well ? '' : ' (not well)'}`,
    );
    if (!well) console.error(fleet.workers.at(-1)?.log().slice(-6_000));
  };
  if (minutes >= LONG_MINUTES) await meet(PROFILE_GROWN, 0);
  const all = [...LINE_FAILURES, ...MORE_FAILURES];
  for (let round = FIRST_ROUND; Date.now() < end; round += 1) {
    for (const failure of shuffled(all, random)) {
      await pause((PEACE_SECONDS.least + random() * (PEACE_SECONDS.most - PEACE_SECONDS.least)) * 1_000);
      if (Date.now() >= end) break;
      await meet(failure, round);
    }
  }
  over = true;
  await talking;
  const seen = await watch.told();
  await fleet
    .until('everything said has arrived', () => said.every((one) => arrived(fleet, one) > 0), 180_000)
    .catch((error: unknown) => console.error(error));
  const counts = said.map((one) => arrived(fleet, one));
  return [
    linesTable(fleet, recoveries),
    '',
    failoverTable(failedOver),
    '',
    `${minutes} minutes, seed ${seed}: ${recoveries.length} failures and ${failedOver.length} dead workers, ${recoveries.filter(({ ms }) => ms !== null && ms <= GOAL_MS).length} of the failures over within ${GOAL_MS / 1_000} s; ` +
      `${said.length} messages beside those in the tables, ${counts.filter((count) => count === 0).length} lost, ${counts.filter((count) => count > 1).length} doubled; ` +
      `devices linked to the phone at the end: ${fleet.phone.linkedDevices}.`,
    ...seen,
  ].join('\n');
}

/** A failure that could not even be brought about counts as one that was not survived, and the hour goes on. */
async function met(fleet: LineFleet, failure: LineFailure, round: number): Promise<Recovery> {
  try {
    return await recover(fleet, failure, round);
  } catch (error) {
    console.error(error);
    return { kind: failure.kind, ms: null, loginKept: fleet.phone.linkedDevices === 1, waited: [] };
  }
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** Customers who ask, and people of the shop who write, in turns. */
async function talk(fleet: LineFleet, said: Waited[], isOver: () => boolean): Promise<void> {
  for (let number = 1; !isOver(); number += 1) {
    const customer = `2012${String(number).padStart(8, '0')}`;
    const text = `حديث ${number}`;
    try {
      if (number % 2 === 0) fleet.phone.receive({ from: customer, body: 'بكم القميص؟' });
      else await fleet.write(KNOWN, text);
      said.push(number % 2 === 0 ? { customer, text: null } : { customer: KNOWN, text });
    } catch (error) {
      // Zajel never took it: nobody was promised anything.
      console.error('not taken', error);
    }
    await pause(TALK_EVERY_MS);
  }
}
