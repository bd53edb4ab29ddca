import {
  condition,
  continueAsNew,
  log,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
  ActivityFailure,
  isCancellation,
} from '@temporalio/workflow';
import { turnId, type LineId, type MessageKey, type TurnId } from '../domain/ids.ts';
import type { WindowRules } from '../domain/settings.ts';
import type { ConversationActivities, Delivery } from './conversation-activities.ts';
import * as signals from './conversation-signals.ts';
import { Inbox } from './inbox.ts';
import { SENDS_QUEUE, type ConversationRef } from './ids.ts';
import { deliverOptions, MAX_RETHINKS, PARKED_LOOK_AGAIN_MS, TURN } from './policies.ts';
import { showPhase, type Shown } from './phase.ts';
import { Unsettled, type UnclearSend } from './unsettled.ts';
import { windowOf } from './window.ts';

export interface ConversationInput extends ConversationRef {
  readonly line: LineId;
  readonly window: WindowRules;
  /** Retries of one send after its first attempt. */
  readonly maxRetries: number;
  /** What an earlier run of a long wait hands on. */
  readonly carried?: Carried;
}

interface Carried {
  readonly inbox: readonly signals.MessageArrived[];
  readonly queue: readonly Outbound[];
  readonly turn: Turn | null;
  readonly unclear: readonly UnclearSend[];
  readonly human: signals.TakenOver | null;
  readonly turnsTaken: number;
}

/** A part on its way out; `turn` is null for what a person wrote. */
interface Outbound {
  readonly key: MessageKey;
  readonly turn: TurnId | null;
}

interface Turn {
  readonly id: TurnId;
  readonly rethinks: number;
  readonly windowEndedAtMs: number;
  /** Once a part has left, the answer is what it is. */
  readonly sendingBegun: boolean;
}

const { takeTurn } = proxyLocalActivities<Pick<ConversationActivities, 'takeTurn'>>(TURN);

/**
 * One customer of one merchant on one line. A run lasts as long as something waits: a window, a turn, a
 * send that is held or unclear, a person in charge. Everything that must outlive it is in the store.
 */
export async function conversation(input: ConversationInput): Promise<void> {
  const { carried, maxRetries } = input;
  const ref: ConversationRef = { merchant: input.merchant, platform: input.platform, conversation: input.conversation };
  const { deliver } = proxyActivities<Pick<ConversationActivities, 'deliver'>>({
    ...deliverOptions(maxRetries),
    taskQueue: SENDS_QUEUE,
    // Answers overtake what nobody is waiting for; one merchant's burst doesn't delay another's answer.
    priority: { priorityKey: 1, fairnessKey: input.merchant },
  });

  const inbox = new Inbox(carried?.inbox);
  const unsettled = new Unsettled(ref, carried?.unclear);
  let queue: Outbound[] = [...(carried?.queue ?? [])];
  let turn = carried?.turn ?? null;
  let turnsTaken = carried?.turnsTaken ?? 0;
  let human = carried?.human ?? null;
  let rules = input.window;
  let waiting: { reason: string; untilMs: number | null } | null = null;
  let thinking = false;
  let flushed = false;
  let closed = false;
  let woken = false;
  let shown: Shown | null = null;
  let lookAgainMs: number = PARKED_LOOK_AGAIN_MS.first;

  // Handlers only note what happened; the loop below decides.
  setHandler(signals.messageSignal, (message) => inbox.add(message));
  setHandler(signals.humanMessageSignal, (keys) => {
    const firstOfBot = queue.findIndex((part) => part.turn !== null);
    const at = firstOfBot === -1 ? queue.length : firstOfBot;
    queue.splice(at, 0, ...keys.filter((key) => !queue.some((part) => part.key === key)).map((key) => ({ key, turn: null })));
    woken = true;
  });
  setHandler(signals.flushSignal, () => void (flushed = true));
  setHandler(signals.takenOverSignal, (takenOver) => {
    human = takenOver;
    woken = true;
  });
  setHandler(signals.handedBackSignal, () => {
    human = null;
    woken = true;
  });
  setHandler(signals.wakeSignal, () => void (woken = true));
  setHandler(signals.settledSignal, (key) => {
    unsettled.settled(key);
    woken = true;
  });
  setHandler(signals.closeSignal, () => void (closed = true));
  setHandler(signals.stateQuery, () => ({
    phase: phase(),
    window: turn === null ? windowOf(inbox.messages, rules) : null,
    waiting,
    turnsTaken,
    unclearSends: unsettled.count,
  }));

  const phase = (): signals.ConversationState['phase'] => {
    if (thinking) return 'thinking';
    if (waiting !== null) return 'waiting';
    if (queue.length > 0) return 'sending';
    if (!inbox.isEmpty) return 'gathering';
    if (humanInCharge()) return 'human';
    return 'idle';
  };
  const humanInCharge = (): boolean => human !== null && (human.untilMs === null || human.untilMs > Date.now());

  /** Returns when the window of the messages now in the inbox is over, and when that was. */
  const gather = async (): Promise<number> => {
    for (;;) {
      const window = windowOf(inbox.messages, rules);
      if (window === null || flushed || closed || window.endsAtMs <= Date.now()) {
        flushed = false;
        return Math.min(window?.endsAtMs ?? Date.now(), Date.now());
      }
      // Only a new end is a reason to wake: most messages of a burst leave the timer alone.
      const moved = (): boolean => flushed || closed || windowOf(inbox.messages, rules)?.endsAtMs !== window.endsAtMs;
      await condition(moved, window.endsAtMs - Date.now());
    }
  };

  /** Claims, thinks and keeps the answer. The claim takes what is in the store by then, signalled or not. */
  const think = async (now: Turn): Promise<void> => {
    thinking = true;
    const offered = inbox.keys;
    const taken = await takeTurn({ ...ref, turn: now.id, nowMs: Date.now(), windowEndedAtMs: now.windowEndedAtMs });
    thinking = false;
    inbox.dealtWith([...offered, ...taken.claimed]);
    rules = taken.window;
    queue = queue.filter((part) => part.turn !== now.id);
    queue.push(...taken.parts.map((key) => ({ key, turn: now.id })));
    turn = taken.parts.length > 0 ? now : null;
  };

  const beginTurn = async (): Promise<void> => {
    const windowEndedAtMs = await gather();
    if (closed || inbox.isEmpty) return;
    turnsTaken += 1;
    const id = turnId(`${workflowInfo().runId}-${turnsTaken}`);
    await think({ id, rethinks: 0, windowEndedAtMs, sendingBegun: false });
  };

  const send = async (part: Outbound): Promise<void> => {
    let delivery: Delivery;
    try {
      delivery = await deliver({ ...ref, key: part.key, unlessOvertaken: mayRethink(part) });
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      // The retries are used up, and surely nothing left: parked until the line is back or it is time to look again.
      log.warn('send parked', { key: part.key, cause: error.cause?.message });
      delivery = { kind: 'held', reason: 'destination-failing', untilMs: null };
    }
    if (turn !== null && part.turn === turn.id && (delivery.kind === 'accepted' || delivery.kind === 'unknown')) {
      turn = { ...turn, sendingBegun: true };
    }
    switch (delivery.kind) {
      case 'accepted':
        leave(part);
        return;
      case 'overtaken':
        if (turn !== null) await think({ ...turn, rethinks: turn.rethinks + 1 });
        return;
      case 'ended':
        queue = queue.filter((other) => other !== part && (part.turn === null || other.turn !== part.turn));
        leave(part);
        return;
      case 'unknown':
        await unclear(part);
        return;
      case 'held':
        await park(delivery.reason, delivery.untilMs);
        return;
    }
  };

  const mayRethink = (part: Outbound): boolean => turn !== null && part.turn === turn.id && !turn.sendingBegun && turn.rethinks < MAX_RETHINKS;

  const leave = (part: Outbound): void => {
    queue = queue.filter((other) => other !== part);
    if (turn !== null && !queue.some((other) => other.turn === turn?.id)) turn = null;
    waiting = null;
    lookAgainMs = PARKED_LOOK_AGAIN_MS.first;
  };

  /** It may have left. The parts after it wait for the truth; a later turn does not. */
  const unclear = async (part: Outbound): Promise<void> => {
    unsettled.add(part.key);
    const more = part.turn !== null && queue.some((other) => other !== part && other.turn === part.turn);
    if (!more) {
      leave(part);
      return;
    }
    waiting = { reason: 'unclear-send', untilMs: unsettled.nextLookAtMs };
    await condition(() => closed || !unsettled.has(part.key), unsettled.untilNextLookMs());
    const settlement = await unsettled.look();
    if (settlement.sendAgain.includes(part.key)) return;
    if (!unsettled.has(part.key)) {
      queue = settlement.givenUp.includes(part.key) ? queue.filter((other) => other.turn !== part.turn) : queue;
      leave(part);
    }
  };

  /** Something new to answer while nothing has been sent yet: the answer is thought again with it. */
  const overtaken = (): boolean => turn !== null && !turn.sendingBegun && !inbox.isEmpty;

  const park = async (reason: string, untilMs: number | null): Promise<void> => {
    waiting = { reason, untilMs };
    shown = showPhase(shown, { phase: 'waiting', needsHuman: false, why: reason });
    woken = false;
    const patienceMs = untilMs === null ? lookAgainMs : Math.min(Math.max(untilMs - Date.now(), 0), lookAgainMs);
    lookAgainMs = Math.min(lookAgainMs * 2, PARKED_LOOK_AGAIN_MS.longest);
    await condition(() => woken || closed || overtaken(), patienceMs);
    if (woken) lookAgainMs = PARKED_LOOK_AGAIN_MS.first;
  };

  /** Nothing to send, nothing to answer, yet not over. */
  const rest = async (): Promise<void> => {
    if (humanInCharge()) shown = showPhase(shown, { phase: 'human', needsHuman: true, why: 'a person is in charge' });
    woken = false;
    const humanMs = human?.untilMs == null ? Infinity : Math.max(human.untilMs - Date.now(), 0);
    const patienceMs = Math.min(humanMs, unsettled.count > 0 ? unsettled.untilNextLookMs() : Infinity);
    const news = (): boolean => woken || closed || queue.length > 0 || !inbox.isEmpty;
    await (Number.isFinite(patienceMs) ? condition(news, patienceMs) : condition(news));
    const settlement = await unsettled.look();
    queue.push(...settlement.sendAgain.map((key) => ({ key, turn: null })));
  };

  for (;;) {
    if (closed) return;
    if (workflowInfo().continueAsNewSuggested) {
      const { carried: _, ...fresh } = input;
      const handedOn: Carried = { inbox: inbox.messages, queue, turn, unclear: unsettled.all, human, turnsTaken };
      await continueAsNew<typeof conversation>({ ...fresh, window: rules, carried: handedOn });
    }
    const next = queue[0];
    if (turn !== null && overtaken() && (waiting !== null || turn.rethinks < MAX_RETHINKS)) {
      // While the send is held there is time: a held answer is thought again as often as the customer adds to it.
      if (waiting !== null) await gather();
      await think({ ...turn, rethinks: waiting === null ? turn.rethinks + 1 : turn.rethinks });
    } else if (next !== undefined) {
      await send(next);
    } else if (!inbox.isEmpty) {
      await beginTurn();
    } else if (humanInCharge() || unsettled.count > 0) {
      await rest();
    } else {
      return;
    }
  }
}
