import { fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { ROOT } from '../start/root.ts';
import type { RunningContender } from './contender.ts';
import { loadReport, type LoadOrder, type LoadReport } from './load.ts';
import { cpuMs, memoryMb, usedMs } from './processes.ts';

export interface Measured {
  readonly contender: string;
  readonly rate: number;
  readonly kills: number;
  readonly latenessMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly acceptMs: { readonly p50: number; readonly p99: number };
  readonly cpuMsPerTurn: { readonly server: number; readonly worker: number };
  readonly memoryMb: number;
  readonly sent: number;
  readonly lost: number;
  readonly doubled: number;
  /** Customers whose fragments were answered in more than one turn: a window that ended too early, or a message stored too late. */
  readonly split: number;
}

const outboxPage = z.object({
  items: z.array(z.object({ to: z.string(), at: z.string(), key: z.string() })),
  next: z.string().nullable(),
});
interface Answer {
  readonly atMs: number;
  readonly key: string;
}

/** An answer here has one part: what comes twice from one turn is doubled, whatever its part is called. */
const turnOf = ({ key }: Answer): string => key.slice(0, key.lastIndexOf('/'));

/**
 * Lost is what is still missing when nothing has come for so long. Whoever is behind but works on is late, not lost; and
 * some notice a dead worker after half a minute only, by their own defaults.
 */
const SILENCE_MS = 90_000;
/** However steadily it works on. */
const LONGEST_MS = 15 * 60_000;
/** What is doubled comes a moment after the last answer. */
const AFTERWARDS_MS = 5_000;

export async function measure(
  name: string,
  running: RunningContender,
  rate: number,
  seconds: number,
  windowMs: number,
  killEveryMs: number | null = null,
): Promise<Measured> {
  const look = (): { server: ReadonlyMap<number, number>; worker: ReadonlyMap<number, number> } => {
    const { server, worker } = running.processes();
    return { server: cpuMs(server), worker: cpuMs(worker) };
  };
  const before = look();
  const killing = killEveryMs === null ? null : killsUntilStopped(running, killEveryMs);
  const load = await customers({
    messagesUrl: running.messagesUrl,
    headers: running.headers,
    rate,
    seconds,
    name: `c${Date.now().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`,
  }).finally(() => killing?.stop());
  const kills = (await killing?.stop()) ?? 0;
  const answers = await answersTo(running, load, windowMs);
  const used = (): { server: number; worker: number } => {
    const { server, worker } = look();
    return { server: usedMs(before.server, server), worker: usedMs(before.worker, worker) };
  };
  // What the killed processes used has gone with them.
  const cpu = kills === 0 ? used() : { server: NaN, worker: NaN };
  const after = running.processes();
  const turns = load.customers.length;
  const lateness = load.customers.flatMap(({ customer, beganAtMs }) => {
    const first = answers.get(customer)?.[0]?.atMs;
    return first === undefined ? [] : [first - beganAtMs - windowMs];
  });
  return {
    contender: name,
    rate,
    kills,
    latenessMs: { p50: quantile(lateness, 0.5), p99: quantile(lateness, 0.99), max: quantile(lateness, 1) },
    acceptMs: { p50: quantile(load.acceptMs, 0.5), p99: quantile(load.acceptMs, 0.99) },
    cpuMsPerTurn: { server: cpu.server / turns, worker: cpu.worker / turns },
    memoryMb: memoryMb([...after.server, ...after.worker]),
    sent: turns,
    lost: load.customers.filter(({ customer }) => !answers.has(customer)).length,
    doubled: [...answers.values()].reduce(
      (sum, given) => sum + given.length - new Set(given.map(turnOf)).size,
      0,
    ),
    split: [...answers.values()].filter((given) => new Set(given.map(turnOf)).size > 1).length,
  };
}

/** Kills the worker every so often; each kill begins when it runs again after the one before. */
function killsUntilStopped(running: RunningContender, everyMs: number): { stop: () => Promise<number> } {
  const stopped = new AbortController();
  const killing = (async () => {
    let kills = 0;
    for (;;) {
      try {
        await pause(everyMs, undefined, { signal: stopped.signal });
      } catch (over) {
        if (!stopped.signal.aborted) throw over;
        return kills;
      }
      await running.crash();
      kills += 1;
    }
  })();
  return {
    stop() {
      stopped.abort();
      return killing;
    },
  };
}

async function customers(order: LoadOrder): Promise<LoadReport> {
  const child = fork(join(ROOT, 'bench', 'load.ts'), { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const told = new Promise<unknown>((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', () => reject(new Error('the customers gave up: see above')));
  });
  child.send(order);
  return loadReport.parse(await told);
}

/** When each customer of this load was answered: read when the last window is over, and again until all are there. */
async function answersTo(
  running: RunningContender,
  load: LoadReport,
  windowMs: number,
): Promise<Map<string, Answer[]>> {
  const lastWindowEndsMs = Math.max(...load.customers.map(({ beganAtMs }) => beganAtMs)) + windowMs;
  await pause(Math.max(lastWindowEndsMs + 1_000 - Date.now(), 0));
  const asked = new Set(load.customers.map(({ customer }) => customer));
  const deadline = lastWindowEndsMs + LONGEST_MS;
  let answered = -1;
  let newsAtMs = Date.now();
  while (answered < asked.size && Date.now() < Math.min(newsAtMs + SILENCE_MS, deadline)) {
    await pause(1_000);
    const answers = answersAmong(await outbox(running), asked);
    if (answers.size > answered) newsAtMs = Date.now();
    answered = answers.size;
  }
  await pause(AFTERWARDS_MS);
  return answersAmong(await outbox(running), asked);
}

function answersAmong(
  sent: readonly { readonly to: string; readonly at: string; readonly key: string }[],
  asked: ReadonlySet<string>,
): Map<string, Answer[]> {
  const answers = new Map<string, Answer[]>();
  for (const { to, at, key } of sent)
    if (asked.has(to)) answers.set(to, [...(answers.get(to) ?? []), { atMs: Date.parse(at), key }]);
  return answers;
}

async function outbox({
  outboxUrl,
  headers,
}: RunningContender): Promise<{ to: string; at: string; key: string }[]> {
  const items: { to: string; at: string; key: string }[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = outboxPage.parse(
      await (
        await fetch(
          `${outboxUrl}?limit=1000${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
          { headers },
        )
      ).json(),
    );
    items.push(...page.items);
    cursor = page.next;
  }
  return items;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? NaN;
}
