import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningZajel } from '../support/running-zajel.ts';

/**
 * One message's way, each step named by a statement that only its transaction holds. A step whose statement is
 * gone makes its test wait for a death that never comes: rename it here.
 */
const STEPS = {
  stored: /insert into messages[\s\S]*'received'/,
  claimed: /insert into turns/,
  kept: /update turns set intent/,
  'intent written': /status = 'sending', attempts/,
  'network asked': /from simulator_failures/,
  'taken by the network': /insert into simulator_outbox/,
  'outcome written': /set status = 'accepted'/,
} as const;

export const STEP_NAMES = [
  'stored',
  'claimed',
  'kept',
  'intent written',
  'network asked',
  'taken by the network',
  'outcome written',
] as const satisfies readonly (keyof typeof STEPS)[];

/** What a person asks for by hand, and can't be seen afterwards to have been asked for by that very call. */
export const BY_HAND = {
  adopted: /with chosen as materialized/,
  'sent again': /insert into order_messages[\s\S]*'asked'/,
} as const;

const ALL = { ...STEPS, ...BY_HAND } as const;
/** The statement that names the step; null: there is no such step. */
export const statementOf = (name: string): RegExp | null =>
  Object.entries(ALL).find(([step]) => step === name)?.[1] ?? null;

export const DEATH_FILE = (folder: string): string => join(folder, 'dies-at');

/** It dies right before or right after the commit of the next such step. It runs `dies-on-purpose.ts`. */
export async function letDie(
  zajel: RunningZajel,
  moment: 'before' | 'after',
  step: keyof typeof ALL,
): Promise<void> {
  if (!zajel.isRunning) await zajel.start();
  writeFileSync(DEATH_FILE(zajel.folder), `${moment}:${step}`);
  process.kill(zajel.pid, 'SIGUSR2');
}
