import type { LineFleet } from '../tests/chaos/line-fleet.ts';
import { BrowserCount, holderOf } from '../tests/chaos/line-holder.ts';
import { arrived, KNOWN } from './lines-measure.ts';

/** The goal of the fail-over to another worker. */
const GOAL_MS = 45_000;

export interface Failover {
  readonly ms: number;
  readonly browsersAtMost: number;
  readonly loginKept: boolean;
  readonly sentOnce: boolean;
}

/** Kills the worker that holds the line, `times` times; each time another one is waiting. */
export async function failovers(fleet: LineFleet, times: number): Promise<string> {
  const all: Failover[] = [];
  for (let round = 0; round < times; round += 1) all.push(await failover(fleet, round, times));
  return failoverTable(all);
}

/** Another worker is waiting; the one that holds the line is killed. */
export async function failover(fleet: LineFleet, round: number, times: number): Promise<Failover> {
  const next = fleet.startWorker();
  await fleet.until('the next worker runs', () => next.log().includes('is running'));
  const killed = await killHolder(fleet, round);
  console.error(`${new Date().toISOString()} fail-over ${round + 1}/${times}: ${killed.ms} ms`);
  return killed;
}

export function failoverTable(all: readonly Failover[]): string {
  const sorted = all.map(({ ms }) => ms).sort((a, b) => a - b);
  const of = (well: (one: Failover) => boolean): string => `${all.filter(well).length} of ${all.length}`;
  return [
    '| worker killed −9 | within 45 s | longest (s) | median (s) | one browser at a time | login kept | message sent once |',
    '|---:|---:|---:|---:|---:|---:|---:|',
    `| ${all.length} | ${of(({ ms }) => ms <= GOAL_MS)} | ${seconds(sorted.at(-1))} | ${seconds(sorted[Math.floor(sorted.length / 2)])} | ${of(({ browsersAtMost }) => browsersAtMost === 1)} | ${of(({ loginKept }) => loginKept)} | ${of(({ sentOnce }) => sentOnce)} |`,
  ].join('\n');
}

/** Every second time its browser is frozen first, so that it does not end with its owner. */
async function killHolder(fleet: LineFleet, round: number): Promise<Failover> {
  const count = new BrowserCount(fleet);
  const known = (await fleet.line()).history[0]?.at ?? '';
  const holder = await holderOf(fleet);
  if (round % 2 === 1) for (const { pid } of await fleet.processes()) process.kill(pid, 'SIGSTOP');
  const killedAtMs = Date.now();
  process.kill(holder, 'SIGKILL');
  const text = `بعد موت العامل ${round}`;
  await fleet.write(KNOWN, text);
  let connectedAtMs = 0;
  await fleet.until('another holds the line', async () => {
    const [newest] = (await fleet.line()).history;
    if (newest?.state !== 'connected' || newest.at <= known) return false;
    connectedAtMs = Date.parse(newest.at);
    return true;
  });
  await fleet.until('the message that waited', () => fleet.received(KNOWN).includes(text));
  const since = (await fleet.line()).history.filter(({ at }) => at > known);
  return {
    ms: connectedAtMs - killedAtMs,
    browsersAtMost: await count.most(),
    loginKept: fleet.phone.linkedDevices === 1 && since.every(({ state }) => state !== 'needs-qr'),
    sentOnce: arrived(fleet, { customer: KNOWN, text }) === 1,
  };
}

const seconds = (ms: number | undefined): string => (ms === undefined ? '–' : (ms / 1_000).toFixed(1));
