import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningZajel } from '../support/running-zajel.ts';

/**
 * One message's way, each step named by a statement that only its transaction holds. A step whose statement is
 * gone makes its test wait for a death that never comes: rename it here.
 */
export const STEPS = [
  { step: 'stored', fatal: /insert into messages[\s\S]*'received'/ },
  { step: 'claimed', fatal: /insert into turns/ },
  { step: 'kept', fatal: /update turns set intent/ },
  { step: 'intent written', fatal: /status = 'sending', attempts/ },
  { step: 'network asked', fatal: /from simulator_failures/ },
  { step: 'taken by the network', fatal: /insert into simulator_outbox/ },
  { step: 'outcome written', fatal: /set status = 'accepted'/ },
] as const;

/** What a person asks for by hand, and can't be seen afterwards to have been asked for by that very call. */
const BY_HAND = [
  { step: 'adopted', fatal: /with chosen as materialized/ },
  { step: 'sent again', fatal: /insert into order_messages[\s\S]*'asked'/ },
] as const;
export type StepByHand = (typeof BY_HAND)[number]['step'];

const ALL = [...STEPS, ...BY_HAND];
/** The statement that names the step; null: there is no such step. */
export const statementOf = (name: string): RegExp | null =>
  ALL.find(({ step }) => step === name)?.fatal ?? null;

export const deathFile = (folder: string): string => join(folder, 'dies-at');

/** It dies right before or right after the commit of the next such step. It runs `dies-on-purpose.ts`. */
export async function letDie(
  zajel: RunningZajel,
  moment: 'before' | 'after',
  step: (typeof ALL)[number]['step'],
): Promise<void> {
  if (!zajel.isRunning) await zajel.start();
  writeFileSync(deathFile(zajel.folder), `${moment}:${step}`);
  process.kill(zajel.pid, 'SIGUSR2');
}
