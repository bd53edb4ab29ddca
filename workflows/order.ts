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
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { ConversationActivities, Delivery } from './conversation-activities.ts';
import { SENDS_QUEUE } from './ids.ts';
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
import { deliverOptions, ORDER_AT_A_LINE, ORDER_BOOKS, ORDER_LOOK_AGAIN_MS } from './policies.ts';
import { UnclearOrderSends, type CarriedSends } from './order-unclear.ts';
import { WriteBack } from './order-write-back.ts';

/** Orders whose write-back was parked before 2026-12 noted nothing of it. Goes when none of them can be open any more. */
const WRITE_WAITS_SHOWN = 'write-waits-shown';

/** A pause that is over by one clock may not be over by another. */
const HELD_AT_LEAST_MS = 5_000;

export interface OrderInput extends OrderRef {
  /** Retries of one send after its first attempt. */
  readonly maxRetries: number;
  /** What an earlier run of a long wait hands on. Everything else is in the store. */
  readonly carried?: {
    readonly unclear: readonly CarriedSends[];
  };
}

const { considerOrder, composeOrderMessage, noteOrder } =
  proxyLocalActivities<Pick<OrderActivities, 'considerOrder' | 'composeOrderMessage' | 'noteOrder'>>(
    ORDER_BOOKS,
  );

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
      ...(taskQueue === SENDS_QUEUE ? {} : ORDER_AT_A_LINE),
      // Somebody waits for an answer; nobody waits for this.
      priority: { priorityKey: 3, fairnessKey: input.merchant },
    }).deliver;
  const unclear = new UnclearOrderSends(input.carried?.unclear ?? []);
  const writing = new WriteBack(ref);
  let woken = false;
  const isWoken = (): boolean => woken;
  let shown: Noted = { phase: 'idle', waiting: null };
  let held: { readonly reason: string; readonly untilMs: number } | null = null;
  let lookAgainMs: number = ORDER_LOOK_AGAIN_MS.first;

  setHandler(orderNewsSignal, () => void (woken = true));
  setHandler(orderStateQuery, () => shown);

  const note = (entry: NoteOf): Promise<void> => noteOrder({ ...ref, nowMs: Date.now(), ...entry });

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
      // Held, so that the order says so, writes what is to be written and is looked for if this run is lost.
      if (neverTaken(error)) return { kind: 'held', reason: 'line-down', untilMs: null };
      // The retries are used up, and surely nothing left: parked, never dropped.
      log.warn('order message parked', { key, cause: error.cause?.message });
      return { kind: 'held', reason: 'destination-failing', untilMs: null };
    }
  };

  /** Sleeps until there may be something to do; false when nothing is left to wait for. */
  const rest = async (
    step: Extract<Step, { kind: 'wait' | 'rest' }>,
    facts: Considered,
  ): Promise<boolean> => {
    shown = noted(facts.standing, step);
    if (shown.waiting === null && facts.toWrite && writing.parked !== null && patched(WRITE_WAITS_SHOWN))
      shown = {
        phase: 'waiting',
        waiting: { reason: writing.parked, untilMs: writing.atMs, about: null },
      };
    if (!sameNote(shown, facts.noted)) await note({ kind: 'wait', ...shown });
    const times = [
      step.kind === 'wait' ? step.untilMs : null,
      facts.toWrite ? writing.atMs : null,
      ...unclear.looksAtMs,
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
      await continueAsNew<typeof order>({ ...input, carried: { unclear: unclear.carried } });
    }
    woken = false;
    const facts = await considerOrder({ ...ref, nowMs: Date.now() });
    if (facts === null) return;
    const found = unclear.found(facts.standing.messages);
    for (const { type, occurrence } of found)
      await note({ kind: 'outcome', type, occurrence, outcome: 'sent', why: null });
    // What was noted is to be written into the sheet.
    if (found.length > 0) continue;
    if (await unclear.follow(facts.sends)) woken = true;
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
        if (facts.toWrite && writing.atMs <= Date.now()) await writing.write();
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
        if (facts.toWrite && writing.atMs <= Date.now()) await writing.write();
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

/** Nobody holds the line. Whatever an earlier attempt has done, the store knows it, and the next looks there first. */
const neverTaken = ({ cause }: ActivityFailure): boolean =>
  cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START';

const sameNote = (a: Noted, b: Noted): boolean =>
  a.phase === b.phase &&
  a.waiting?.reason === b.waiting?.reason &&
  a.waiting?.untilMs === b.waiting?.untilMs &&
  a.waiting?.about === b.waiting?.about;
