import {
  ActivityFailure,
  condition,
  continueAsNew,
  isCancellation,
  log,
  patched,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { ConversationActivities, Delivery } from './conversation-activities.ts';
import { SENDS_QUEUE, type ConversationRef } from './ids.ts';
import type {
  Considered,
  Noted,
  NoteRequest,
  OrderActivities,
  OrderRef,
  OrderSend,
} from './order-activities.ts';
import { orderNewsSignal, orderStateQuery } from './order-signals.ts';
import { nextStep, type Step } from './order-steps.ts';
import { noted } from './order-waits.ts';
import {
  deliverOptions,
  ORDER_BOOKS,
  ORDER_LOOK_AGAIN_MS,
  ORDER_WRITE_AGAIN_MS,
  SHEET_WRITE,
} from './policies.ts';
import { Unsettled, type UnclearSend } from './unsettled.ts';

/** Orders whose write-back was parked before 2026-12 noted nothing of it. Goes when none of them can be open any more. */
const WRITE_WAITS_SHOWN = 'write-waits-shown';

/** A write-back that the sheet would not take: why, and when to try again. */
interface WriteAgain {
  readonly reason: string | null;
  readonly atMs: number;
  readonly pauseMs: number;
}
const NOT_PARKED: WriteAgain = { reason: null, atMs: 0, pauseMs: ORDER_WRITE_AGAIN_MS.first };

/** A pause that is over by one clock may not be over by another. */
const HELD_AT_LEAST_MS = 5_000;

export interface OrderInput extends OrderRef {
  /** Retries of one send after its first attempt. */
  readonly maxRetries: number;
  /** What an earlier run of a long wait hands on. Everything else is in the store. */
  readonly carried?: {
    readonly unclear: readonly {
      readonly to: ConversationRef;
      readonly sendsQueue?: string;
      readonly sends: readonly UnclearSend[];
    }[];
  };
}

const { considerOrder, composeOrderMessage, noteOrder } =
  proxyLocalActivities<Pick<OrderActivities, 'considerOrder' | 'composeOrderMessage' | 'noteOrder'>>(
    ORDER_BOOKS,
  );
const { writeBackOrder } = proxyActivities<Pick<OrderActivities, 'writeBackOrder'>>({
  ...SHEET_WRITE,
  taskQueue: SENDS_QUEUE,
});

/**
 * One order. Whatever happens to it is in the store before this hears of it; a signal only says "look". So the run lasts
 * as long as something waits (a timer, a send, an unclear outcome, a write-back), and the next news starts the next run.
 */
export async function order(input: OrderInput): Promise<void> {
  const ref: OrderRef = { merchant: input.merchant, order: input.order };
  const deliverOn = (taskQueue: string): ConversationActivities['deliver'] =>
    proxyActivities<Pick<ConversationActivities, 'deliver'>>({
      ...deliverOptions(input.maxRetries),
      taskQueue,
      // Somebody waits for an answer; nobody waits for this.
      priority: { priorityKey: 3, fairnessKey: input.merchant },
    }).deliver;
  const unclear = new Map(
    (input.carried?.unclear ?? []).map(({ to, sends, sendsQueue = SENDS_QUEUE }) => [
      to.conversation,
      { to, sendsQueue, sends: new Unsettled(to, sends, sendsQueue) },
    ]),
  );
  const givenUp = new Set<string>();
  let woken = false;
  const isWoken = (): boolean => woken;
  let shown: Noted = { phase: 'idle', waiting: null };
  let held: { readonly reason: string; readonly untilMs: number } | null = null;
  let lookAgainMs: number = ORDER_LOOK_AGAIN_MS.first;
  let writeAgain: WriteAgain = NOT_PARKED;

  setHandler(orderNewsSignal, () => void (woken = true));
  setHandler(orderStateQuery, () => shown);

  const note = (entry: NoteOf): Promise<void> => noteOrder({ ...ref, nowMs: Date.now(), ...entry });

  const follow = async (sends: readonly OrderSend[]): Promise<void> => {
    for (const { unclear: key, to, sendsQueue = SENDS_QUEUE } of sends) {
      if (key === null || givenUp.has(key)) continue;
      const there = unclear.get(to.conversation) ?? {
        to,
        sendsQueue,
        sends: new Unsettled(to, [], sendsQueue),
      };
      unclear.set(to.conversation, there);
      there.sends.add(key);
    }
    for (const { sends: unsettled } of unclear.values()) {
      const looked = await unsettled.look();
      for (const key of looked.givenUp) givenUp.add(key);
      if (looked.sendAgain.length > 0 || looked.givenUp.length > 0) woken = true;
    }
  };

  const send = async (named: Extract<Step, { kind: 'send' }>, sends: readonly OrderSend[]): Promise<void> => {
    const part = sends.find(({ type, occurrence }) => type === named.type && occurrence === named.occurrence);
    if (part?.next == null) return;
    const outcome = await handOver(part, part.next);
    const { type, occurrence } = named;
    switch (outcome.kind) {
      case 'accepted':
        lookAgainMs = ORDER_LOOK_AGAIN_MS.first;
        await note({ kind: 'outcome', type, occurrence, outcome: 'sent', why: null });
        return;
      case 'unknown':
        await note({ kind: 'outcome', type, occurrence, outcome: 'unclear', why: null });
        return;
      case 'ended':
        await note({ kind: 'outcome', type, occurrence, outcome: 'failed', why: outcome.reason });
        return;
      case 'overtaken':
      case 'held': {
        const { reason, untilMs } =
          outcome.kind === 'held' ? outcome : { reason: 'overtaken', untilMs: null };
        // Not at once, whatever the worker's clock says: two clocks that differ by a second must not spin.
        held = {
          reason,
          untilMs: Math.max(untilMs ?? Date.now() + lookAgainMs, Date.now() + HELD_AT_LEAST_MS),
        };
        lookAgainMs = Math.min(lookAgainMs * 2, ORDER_LOOK_AGAIN_MS.longest);
        return;
      }
    }
  };

  const handOver = async (
    { to, sendsQueue = SENDS_QUEUE }: OrderSend,
    key: OrderSend['next'] & string,
  ): Promise<Delivery> => {
    try {
      return await deliverOn(sendsQueue)({ ...to, key, unlessOvertaken: false });
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      // The retries are used up, and surely nothing left: parked, never dropped.
      log.warn('order message parked', { key, cause: error.cause?.message });
      return { kind: 'held', reason: 'destination-failing', untilMs: null };
    }
  };

  const writeBack = async (): Promise<void> => {
    let reason = 'parked';
    try {
      const written = await writeBackOrder(ref);
      if (written.kind === 'done') {
        writeAgain = NOT_PARKED;
        return;
      }
      reason = written.reason;
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      log.warn('write-back parked', { cause: error.cause?.message });
    }
    writeAgain = {
      reason,
      atMs: Date.now() + writeAgain.pauseMs,
      pauseMs: Math.min(writeAgain.pauseMs * 2, ORDER_WRITE_AGAIN_MS.longest),
    };
  };

  /** Sleeps until there may be something to do; false when nothing is left to wait for. */
  const rest = async (
    step: Extract<Step, { kind: 'wait' | 'rest' }>,
    facts: Considered,
  ): Promise<boolean> => {
    shown = noted(facts.standing, step);
    if (shown.waiting === null && facts.toWrite && writeAgain.reason !== null && patched(WRITE_WAITS_SHOWN))
      shown = {
        phase: 'waiting',
        waiting: { reason: writeAgain.reason, untilMs: writeAgain.atMs, about: null },
      };
    if (!sameNote(shown, facts.noted)) await note({ kind: 'wait', ...shown });
    const looks = [...unclear.values()].map(({ sends }) => sends.nextLookAtMs);
    const times = [
      step.kind === 'wait' ? step.untilMs : null,
      facts.toWrite ? writeAgain.atMs : null,
      ...looks,
    ];
    const nextMs = Math.min(...times.filter((atMs) => atMs !== null));
    if (isWoken()) return true;
    if (!Number.isFinite(nextMs)) return false;
    await condition(() => woken, Math.max(nextMs - Date.now(), 1));
    if (woken) held = null;
    return true;
  };

  for (;;) {
    if (workflowInfo().continueAsNewSuggested) {
      const carried = {
        unclear: [...unclear.values()].map(({ to, sendsQueue, sends }) => ({
          to,
          sendsQueue,
          sends: sends.all,
        })),
      };
      await continueAsNew<typeof order>({ ...input, carried });
    }
    woken = false;
    const facts = await considerOrder({ ...ref, nowMs: Date.now() });
    if (facts === null) return;
    await follow(facts.sends);
    if (isWoken()) continue;
    const step = afterHeld(
      nextStep(facts.standing, { nowMs: Date.now(), quietUntilMs: facts.quietUntilMs }),
      held,
    );
    switch (step.kind) {
      case 'compose': {
        const composed = await composeOrderMessage({ ...ref, ...step, nowMs: Date.now() });
        if (composed.kind === 'composed') break;
        const blocked: Step = { kind: 'wait', reason: composed.reason, untilMs: null, about: step.type };
        if (facts.toWrite && writeAgain.atMs <= Date.now()) await writeBack();
        else if (!(await rest(blocked, facts))) return;
        break;
      }
      case 'skip':
      case 'withdraw':
        await note({ kind: step.kind, type: step.type, occurrence: step.occurrence, why: step.why });
        break;
      case 'send':
        await send(step, facts.sends);
        break;
      case 'wait':
      case 'rest':
        if (facts.toWrite && writeAgain.atMs <= Date.now()) await writeBack();
        else if (!(await rest(step, facts))) return;
        break;
    }
  }
}

type NoteOf = NoteRequest extends infer R
  ? R extends unknown
    ? Omit<R, 'merchant' | 'order' | 'nowMs'>
    : never
  : never;

/** What is held is not tried again before its time. */
function afterHeld(step: Step, held: { readonly reason: string; readonly untilMs: number } | null): Step {
  if (step.kind !== 'send' || held === null || held.untilMs <= Date.now()) return step;
  return { kind: 'wait', reason: held.reason, untilMs: held.untilMs, about: step.type };
}

const sameNote = (a: Noted, b: Noted): boolean =>
  a.phase === b.phase &&
  a.waiting?.reason === b.waiting?.reason &&
  a.waiting?.untilMs === b.waiting?.untilMs &&
  a.waiting?.about === b.waiting?.about;
