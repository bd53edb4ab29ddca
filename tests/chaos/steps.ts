/**
 * One message's way, each step named by a statement that only its transaction holds. A step whose statement is
 * gone makes its test wait for a death that never comes: rename it here.
 */
export const STEPS = {
  stored: /insert into messages[\s\S]*'received'/,
  claimed: /insert into turns/,
  kept: /update turns set intent/,
  'intent written': /status = 'sending', attempts/,
  'network asked': /from simulator_failures/,
  'taken by the network': /insert into simulator_outbox/,
  'outcome written': /set status = 'accepted'/,
} as const;

export type Step = keyof typeof STEPS;
export const isStep = (name: string): name is Step => Object.hasOwn(STEPS, name);
