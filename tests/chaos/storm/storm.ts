import { setTimeout as pause } from 'node:timers/promises';
import { APP_SECRET } from '../../e2e/channels-rig.ts';
import { Shop } from '../../support/shop.ts';
import { seeded } from '../../support/sheet-person.ts';
import type { GrownUpPrograms } from '../../support/grown-up/programs.ts';
import { WatchedSheet } from '../sheet-watch.ts';
import { Customers } from './customers.ts';
import { MERCHANT, StormHouse, WINDOW } from './house.ts';
import { UNTRUE_WORDS } from './model.ts';
import { onceEach, strikesOn } from './strikes.ts';
import { unsettled, verdictOf, watchedOver, type Verdict } from './verdict.ts';

export interface StormOptions {
  readonly programs: GrownUpPrograms;
  /** The same seed strikes in the same order. */
  readonly seed: number;
  /** At least; every process is killed once in any case. */
  readonly minutes: number;
  readonly customers: number;
  /** Holds a linked phone, to which some of the customers write; null: there is none. */
  readonly chromium: string | null;
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
  /** What left through the linked phone; null: there was none. */
  readonly byLinkedPhone: number | null;
  readonly sheet: {
    readonly polls: number;
    readonly expected: number;
    readonly sent: number;
    readonly doubled: number;
    readonly missed: number;
  };
}

const ACCOUNT = '106540352242922';
/** Between two strikes there is time to be in the middle of something. */
const PAUSE_MS = { least: 1_000, more: 6_000 };
/** The longest way to an end: ten minutes until a person is told of an unclear send, and a breaker's five. */
const SETTLED_WITHIN_MS = 25 * 60_000;
const ROWS = 30;
/** One customer in so many writes to the linked phone. */
const TO_THE_PHONE = 5;

/** Breaks everything at random for some minutes while customers write and a sheet changes; then says what came of it. */
export async function storm(options: StormOptions): Promise<StormReport> {
  const { programs, seed, minutes, customers: people, chromium, untilTold, say } = options;
  const house = await StormHouse.open(programs, seed, chromium);
  try {
    await connect(house);
    await house.phone?.link(house.fleet, MERCHANT);
    const sheet = await patiently(() =>
      WatchedSheet.open(
        { merchant: () => Shop.open(house.house, WINDOW) },
        house.sheets,
        { seed, rows: ROWS },
        patiently,
      ),
    );
    const over = new AbortController();
    const groups = groupsOf(house, seed);
    const writing = Promise.all(
      groups.map((group, index) =>
        group.write(index === 0 ? people : Math.ceil(people / TO_THE_PHONE), over.signal),
      ),
    );
    const editing = edit(sheet, over.signal);
    const strikes = await strike(house, seeded(seed), Date.now() + minutes * 60_000, say);
    over.abort();
    await writing;
    await editing;
    const written = groups.flatMap((group) => group.said);
    say(`the storm is over: ${written.length} messages were written`);
    const began = Date.now();
    await house.graph.settled();
    const watchers = (): Promise<ReadonlySet<string>> =>
      untilTold ? Promise.resolve(new Set()) : patiently(() => watchedOver(house.house, MERCHANT));
    const left = async (): Promise<number> => {
      const watched = await watchers();
      return patiently(() => unsettled(house.house, MERCHANT, written.length, watched));
    };
    for (let now = await left(); now > 0 && Date.now() - began < SETTLED_WITHIN_MS; now = await left())
      await pause(1_000);
    const settledAfterMs = Date.now() - began;
    const said = await sheetSettled(sheet);
    const verdict = await verdictOf(
      house.house,
      MERCHANT,
      written,
      { meta: house.graph.received(), phone: house.phone?.sent() ?? [] },
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
        ...([...house.graph.received(), ...(house.phone?.sent() ?? [])].some(({ text }) =>
          text.includes(UNTRUE_WORDS),
        )
          ? ['a customer read what the model made up']
          : []),
        ...(doubled === 0 ? [] : [`${doubled} of the sheet’s messages were sent twice`]),
      ],
      seed,
      minutes,
      strikes,
      settledAfterMs,
      byLinkedPhone: house.phone?.sent().length ?? null,
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

/** People who write to the line at Meta, and where there is a linked phone people who write to that. */
function groupsOf({ graph, phone }: StormHouse, seed: number): Customers[] {
  const meta = {
    say: (from: string, text: string) => graph.say({ account: ACCOUNT, from, text }),
    arrivedSince: (count: number) =>
      graph
        .received()
        .slice(count)
        .map(({ id, to }) => (id === null ? null : to)),
  };
  return [
    new Customers(meta, seeded(seed + 1), 9_647_700_100_000),
    ...(phone === null ? [] : [new Customers(phone.wire, seeded(seed + 2), 201_112_220_000)]),
  ];
}

async function strike(
  house: StormHouse,
  random: (below: number) => number,
  until: number,
  say: (line: string) => void,
): Promise<Record<string, number>> {
  const done: Record<string, number> = {};
  const next = [...onceEach(house)];
  const strikes = strikesOn(house);
  while (next.length > 0 || Date.now() < until) {
    const one = next.shift() ?? strikes[random(strikes.length)];
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
  await fleet.ask('PATCH', `/api/merchants/${MERCHANT}/settings`, { answers: 'model' });
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
