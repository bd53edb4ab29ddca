import { setTimeout as pause } from 'node:timers/promises';
import { APP_SECRET } from '../../e2e/channels-rig.ts';
import { merchantId } from '../../../domain/ids.ts';
import { Shop } from '../../support/shop.ts';
import { seeded } from '../../support/sheet-person.ts';
import type { GrownUpPrograms } from '../../support/grown-up/programs.ts';
import { WatchedSheet } from '../sheet-watch.ts';
import { Customers } from './customers.ts';
import { StormHouse, WINDOW } from './house.ts';
import { onceEach, STRIKES } from './strikes.ts';
import { unsettled, verdictOf, watchedOver, type Verdict } from './verdict.ts';

export interface StormOptions {
  readonly programs: GrownUpPrograms;
  /** The same seed strikes in the same order. */
  readonly seed: number;
  /** At least; every process is killed once in any case. */
  readonly minutes: number;
  readonly customers: number;
  /** Also waits until a person was told of the unclear sends: ten minutes. Else it is enough that a run waits to tell. */
  readonly untilTold: boolean;
  readonly say: (line: string) => void;
}

export interface StormReport extends Verdict {
  readonly seed: number;
  readonly minutes: number;
  /** How often each thing was done. */
  readonly strikes: Readonly<Record<string, number>>;
  readonly settledAfterMs: number;
  readonly sheet: {
    readonly polls: number;
    readonly expected: number;
    readonly sent: number;
    readonly doubled: number;
    readonly missed: number;
  };
}

const MERCHANT = merchantId('storm');
const ACCOUNT = '106540352242922';
/** Between two strikes there is time to be in the middle of something. */
const PAUSE_MS = { least: 1_000, more: 6_000 };
/** The longest way to an end: ten minutes until a person is told of an unclear send, and a breaker's five. */
const SETTLED_WITHIN_MS = 25 * 60_000;
const ROWS = 30;

/** Breaks everything at random for some minutes while customers write and a sheet changes; then says what came of it. */
export async function storm(options: StormOptions): Promise<StormReport> {
  const { programs, seed, minutes, customers: people, untilTold, say } = options;
  const house = await StormHouse.open(programs, seed);
  try {
    await connect(house);
    const sheet = await patiently(() =>
      WatchedSheet.open(
        { merchant: () => Shop.open(house.house, WINDOW) },
        house.sheets,
        { seed, rows: ROWS },
        patiently,
      ),
    );
    const customers = new Customers(house.graph, ACCOUNT, seeded(seed + 1));
    const over = new AbortController();
    const writing = customers.write(people, over.signal);
    const editing = edit(sheet, over.signal);
    const strikes = await strike(house, seeded(seed), Date.now() + minutes * 60_000, say);
    over.abort();
    await writing;
    await editing;
    say(`the storm is over: ${customers.said.length} messages were written`);
    const began = Date.now();
    await house.graph.settled();
    const watchers = (): Promise<ReadonlySet<string>> =>
      untilTold ? Promise.resolve(new Set()) : patiently(() => watchedOver(house.house, MERCHANT));
    const left = async (): Promise<number> => {
      const watched = await watchers();
      return patiently(() => unsettled(house.house, MERCHANT, watched));
    };
    for (let now = await left(); now > 0 && Date.now() - began < SETTLED_WITHIN_MS; now = await left())
      await pause(1_000);
    const settledAfterMs = Date.now() - began;
    const said = await sheetSettled(sheet);
    const verdict = await verdictOf(
      house.house,
      MERCHANT,
      customers.said,
      house.graph.received(),
      await watchers(),
    );
    const distinct = new Set(said);
    const missed = [...sheet.person.expected].filter((one) => !distinct.has(one));
    const unwanted = [...distinct].filter((one) => !sheet.person.expected.has(one));
    const doubled = said.length - distinct.size;
    return {
      ...verdict,
      wrong: [
        ...verdict.wrong,
        ...missed.map((one) => `the sheet’s message was not sent: ${one}`),
        ...unwanted.map((one) => `the sheet’s message was not called for: ${one}`),
        ...(doubled === 0 ? [] : [`${doubled} of the sheet’s messages were sent twice`]),
      ],
      seed,
      minutes,
      strikes,
      settledAfterMs,
      sheet: {
        polls: sheet.polls,
        expected: sheet.person.expected.size,
        sent: said.length,
        doubled,
        missed: missed.length,
      },
    };
  } finally {
    await house.close();
  }
}

async function strike(
  house: StormHouse,
  random: (below: number) => number,
  until: number,
  say: (line: string) => void,
): Promise<Record<string, number>> {
  const done: Record<string, number> = {};
  const next = [...onceEach(house)];
  while (next.length > 0 || Date.now() < until) {
    const one = next.shift() ?? STRIKES[random(STRIKES.length)];
    if (one === undefined) continue;
    const began = Date.now();
    await one.do(house, random);
    done[one.name] = (done[one.name] ?? 0) + 1;
    say(`${one.name}, for ${((Date.now() - began) / 1_000).toFixed(1)} s`);
    await pause(PAUSE_MS.least + random(PAUSE_MS.more));
  }
  return done;
}

async function edit(sheet: WatchedSheet, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    await sheet.editAndPoll();
    await pause(1_000);
  }
  await sheet.tidyUp();
}

async function sheetSettled(sheet: WatchedSheet): Promise<string[]> {
  const deadline = Date.now() + SETTLED_WITHIN_MS;
  while (new Set(await sheet.said()).size < sheet.person.expected.size && Date.now() < deadline)
    await pause(1_000);
  await pause(5_000);
  return sheet.said();
}

async function connect({ fleet, graph, links }: StormHouse): Promise<void> {
  await fleet.ask('POST', '/api/meta-apps', { id: 'storm', appSecret: APP_SECRET, verifyToken: 'storm' });
  await fleet.ask('POST', '/api/merchants', {
    id: MERCHANT,
    name: 'متجر',
    country: 'IQ',
    timezone: 'Asia/Baghdad',
  });
  await fleet.ask('PATCH', `/api/merchants/${MERCHANT}/rules`, { alwaysAnswer: true });
  await fleet.ask('POST', `/api/merchants/${MERCHANT}/lines`, {
    id: 'wa',
    channel: 'whatsapp-cloud',
    phoneNumberId: ACCOUNT,
    accessToken: 'token-of-the-storm',
    app: 'storm',
  });
  graph.callback({
    url: `http://127.0.0.1:${links.front.port}/webhooks/meta/storm`,
    appSecret: APP_SECRET,
    statuses: ['delivered'],
    attempts: 100_000,
  });
}

/** Whoever looks on has to wait as well while the store or Temporal is away. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 600; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (left === 0) throw error;
      await pause(500);
    }
  }
}
