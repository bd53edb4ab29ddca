import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { FaultPlan } from '../../doubles/far-end/faults.ts';
import { signal } from '../../support/processes.ts';
import { MERCHANT, type StormHouse } from './house.ts';
import type { LinkedPhone } from './linked-phone.ts';
import { MODEL_TROUBLES } from './model.ts';

/** What the storm does, and how long it lasts: the seed decides both. */
export interface Strike {
  readonly name: string;
  readonly do: (house: StormHouse, random: (below: number) => number) => Promise<void>;
}

/** A network in trouble: on either side of "the message was taken". */
const TROUBLES: readonly FaultPlan[] = [
  { kind: 'reset', share: 0.15 },
  { kind: 'half-close', share: 0.1 },
  { kind: 'accept-then-reset', share: 0.1 },
  { kind: 'accept-then-time-out', share: 0.01 },
  { kind: 'http', status: 429, retryAfter: 1, share: 0.1 },
  { kind: 'http', status: 503, share: 0.2 },
  { kind: 'slow', delayMs: 1_500, share: 0.3 },
];

const pick = <T>(all: readonly T[], random: (below: number) => number): T => {
  const one = all[random(all.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
};
const between = (least: number, most: number, random: (below: number) => number): number =>
  least + random(most - least);

async function frozen(pids: readonly number[], ms: number): Promise<void> {
  for (const pid of pids) signal(pid, 'SIGSTOP');
  await pause(ms);
  for (const pid of pids) signal(pid, 'SIGCONT');
}

const TEMPORAL_KILLED: Strike = {
  name: 'Temporal killed',
  do: async ({ temporal }) => {
    const pid = temporal.pid();
    if (pid !== undefined) signal(pid, 'SIGKILL');
    // It is started again, as a service manager does.
    await pause(1_000);
  },
};
const DATABASE_KILLED: Strike = {
  name: 'the database killed',
  do: async ({ postgres }, random) => {
    await postgres.kill();
    await pause(random(3_000));
    await postgres.start();
  },
};

const answersOf = z.object({ answers: z.enum(['model', 'rules']) });
const OTHER_ANSWERS: Strike = {
  name: 'the shop lets the other answer, model or rules',
  do: async ({ fleet }) => {
    const path = `/api/merchants/${MERCHANT}/settings`;
    const { answers } = answersOf.parse(await fleet.ask('GET', path));
    await fleet.ask('PATCH', path, { answers: answers === 'model' ? 'rules' : 'model' });
  },
};

const ofThePhone = (phone: LinkedPhone): readonly Strike[] => [
  {
    name: 'the phone’s browser killed',
    do: async () => {
      for (const pid of await phone.browsers()) signal(pid, 'SIGKILL');
    },
  },
  {
    name: 'the phone’s page killed',
    do: async () => {
      for (const pid of await phone.pages()) signal(pid, 'SIGKILL');
    },
  },
  {
    name: 'the phone’s browser frozen',
    do: async (_, random) => frozen(await phone.processes(), between(2_000, 20_000, random)),
  },
  {
    name: 'no network to the phone',
    do: async (_, random) => {
      phone.network('cut');
      await pause(between(2_000, 20_000, random));
      phone.network('up');
    },
  },
];

/** Every process once, and both who answer: a short storm strikes all of them, too. */
export const onceEach = ({ fleet: { workers, apis }, phone }: StormHouse): readonly Strike[] => [
  ...[...workers, ...apis].map((part) => ({ name: `${part.name} killed`, do: () => part.kill(1_000) })),
  OTHER_ANSWERS,
  TEMPORAL_KILLED,
  DATABASE_KILLED,
  ...(phone === null ? [] : ofThePhone(phone).slice(0, 2)),
];

export const strikesOn = ({ phone }: StormHouse): readonly Strike[] =>
  phone === null ? STRIKES : [...STRIKES, ...ofThePhone(phone)];

const STRIKES: readonly Strike[] = [
  {
    name: 'a worker killed',
    do: ({ fleet: { workers } }, random) => pick(workers, random).kill(random(3_000)),
  },
  {
    name: 'a worker frozen',
    do: ({ fleet: { workers } }, random) =>
      frozen([pick(workers, random).process.pid], between(2_000, 20_000, random)),
  },
  { name: 'an API killed', do: ({ fleet: { apis } }, random) => pick(apis, random).kill(random(3_000)) },
  {
    name: 'an API frozen',
    do: ({ fleet: { apis } }, random) =>
      frozen([pick(apis, random).process.pid], between(1_000, 10_000, random)),
  },
  TEMPORAL_KILLED,
  {
    name: 'Temporal frozen',
    do: async ({ temporal }, random) => {
      const pid = temporal.pid();
      if (pid !== undefined) await frozen([pid], between(1_000, 8_000, random));
    },
  },
  DATABASE_KILLED,
  {
    name: 'the database frozen',
    do: async ({ postgres }, random) => {
      postgres.freeze();
      await pause(between(1_000, 8_000, random));
      postgres.thaw();
    },
  },
  {
    name: 'the workers cut off from Temporal',
    do: async ({ links }, random) => {
      links.temporal.cut();
      await pause(between(2_000, 15_000, random));
      links.temporal.mend();
    },
  },
  {
    name: 'everybody cut off from the database',
    do: async ({ links }, random) => {
      links.database.cut();
      await pause(between(1_000, 10_000, random));
      links.database.mend();
    },
  },
  {
    name: 'the network to Meta in trouble',
    do: async ({ graph }, random) => {
      for (const plan of TROUBLES) graph.fail(plan);
      await pause(between(3_000, 15_000, random));
      graph.heal();
    },
  },
  {
    name: 'no network to Meta',
    do: async ({ graph }, random) => {
      await graph.down();
      await pause(between(2_000, 10_000, random));
      await graph.up();
    },
  },
  {
    name: 'Google in trouble',
    do: async ({ sheets }, random) => {
      for (const code of [429, 500, 503]) sheets.fail({ kind: 'error', code, times: 1 + random(4) });
      await pause(1_000);
    },
  },
  {
    name: 'the model in trouble',
    do: async ({ model }, random) => {
      for (const fault of MODEL_TROUBLES) model.fault(fault, 1 + random(3));
      await pause(between(3_000, 15_000, random));
      model.heal();
    },
  },
  {
    name: 'no model',
    do: async ({ model }, random) => {
      await model.down();
      await pause(between(2_000, 20_000, random));
      await model.up();
    },
  },
  OTHER_ANSWERS,
];
