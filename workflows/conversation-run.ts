import {
  ActivityFailure,
  ApplicationFailure,
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
import type { FailureClass } from '../domain/errors.ts';
import { turnId } from '../domain/ids.ts';
import type { Carried, conversation, ConversationInput } from './conversation.ts';
import type { ConversationActivities, Delivery, Ending } from './conversation-activities.ts';
import * as signals from './conversation-signals.ts';
import { Files } from './files.ts';
import { Gathering } from './gathering.ts';
import { HeldParts, type Held, type News } from './held-parts.ts';
import { DECISIONS_QUEUE, SENDS_QUEUE, type ConversationRef } from './ids.ts';
import { Inbox } from './inbox.ts';
import { OutboundQueue, type Outbound } from './outbound-queue.ts';
import { Parked } from './parked.ts';
import { PersonInCharge } from './person-in-charge.ts';
import { showPhase, type Shown } from './phase.ts';
import { deliverOptions, MAX_RETHINKS, TURN, TURN_BY_MODEL } from './policies.ts';
import type { Turn } from './turn.ts';
import { Unsettled } from './unsettled.ts';

const { takeTurn } = proxyLocalActivities<Pick<ConversationActivities, 'takeTurn'>>(TURN);
const { takeTurnByModel } = proxyActivities<Pick<ConversationActivities, 'takeTurnByModel'>>({
  ...TURN_BY_MODEL,
  taskQueue: DECISIONS_QUEUE,
});

/** Can go when no run is open that held a part before answers passed it. */
const ANSWERS_PASS_HELD = 'answers-pass-held';

/** Can go when no run is open that saw a last attempt at a send die before that. */
const LAST_ATTEMPT_MAY_HAVE_SENT = 'last-attempt-may-have-sent';

/** The state of one run and what it does next. Signal handlers only note what happened; the loop decides. */
export class ConversationRun {
  readonly #input: ConversationInput;
  readonly #ref: ConversationRef;
  readonly #deliver: ConversationActivities['deliver'];
  readonly #inbox: Inbox;
  readonly #gathering: Gathering;
  readonly #queue: OutboundQueue;
  readonly #held = new HeldParts();
  readonly #unsettled: Unsettled;
  readonly #files: Files;
  readonly #person: PersonInCharge;
  readonly #parked = new Parked();
  #turn: Turn | null;
  #turnsTaken: number;
  #shown: Shown | null = null;
  #thinking = false;
  #closed = false;
  #woken = false;

  constructor(input: ConversationInput) {
    const { merchant, platform, conversation: id, carried, sendsQueue = SENDS_QUEUE } = input;
    this.#input = input;
    this.#ref = { merchant, platform, conversation: id };
    this.#inbox = new Inbox(carried?.inbox);
    this.#gathering = new Gathering(this.#inbox, input.window);
    this.#queue = new OutboundQueue(carried?.queue);
    this.#unsettled = new Unsettled(this.#ref, carried?.unclear, sendsQueue);
    this.#files = new Files(this.#ref, sendsQueue);
    this.#turn = carried?.turn ?? null;
    this.#turnsTaken = carried?.turnsTaken ?? 0;
    this.#person = new PersonInCharge(carried?.human ?? null);
    this.#deliver = proxyActivities<Pick<ConversationActivities, 'deliver'>>({
      ...deliverOptions(input.maxRetries),
      taskQueue: sendsQueue === SENDS_QUEUE ? DECISIONS_QUEUE : sendsQueue,
      // Answers overtake what nobody is waiting for; one merchant's burst doesn't delay another's answer.
      priority: { priorityKey: 1, fairnessKey: merchant },
    }).deliver;
  }

  listen(): void {
    setHandler(signals.messageSignal, (message) => this.#inbox.add(message));
    setHandler(signals.humanMessageSignal, (keys) => this.#wake(() => this.#queue.addHuman(keys)));
    setHandler(signals.sendAgainSignal, (keys) => this.#wake(() => this.#queue.addAgain(keys)));
    setHandler(signals.takenOverSignal, (takenOver) => this.#wake(() => this.#person.takesOver(takenOver)));
    setHandler(signals.handedBackSignal, () => this.#wake(() => this.#person.handsBack()));
    setHandler(signals.settledSignal, (key) => this.#wake(() => this.#unsettled.settled(key)));
    setHandler(signals.wakeSignal, () => this.#wake());
    setHandler(signals.flushSignal, () => this.#gathering.flush());
    setHandler(signals.closeSignal, () => {
      this.#closed = true;
    });
    setHandler(signals.stateQuery, () => this.#state());
  }

  async untilNothingWaits(): Promise<void> {
    while (!this.#closed) {
      if (workflowInfo().continueAsNewSuggested && !this.#files.underWay) await this.#handOn();
      this.#held.lookAgain(this.#news());
      const next = this.#next();
      if (
        this.#turn !== null &&
        this.#overtaken() &&
        (this.#parked.waiting !== null || this.#turn.rethinks < MAX_RETHINKS)
      )
        await this.#thinkAgain(this.#turn);
      else if (next !== undefined) await this.#send(next);
      else if (this.#hasTurnToBegin()) await this.#beginTurn();
      else if (this.#person.isThere || this.#unsettled.count > 0 || this.#held.first !== null)
        await this.#rest();
      else if (this.#files.underWay) await this.#untilFilesAreHere();
      else return;
    }
  }

  #next(): Outbound | undefined {
    return this.#queue.next((part) => this.#held.holdsUp(part));
  }

  /** Not while an answer is half sent: what waits behind a held part of it belongs to a turn that is open. */
  #hasTurnToBegin(): boolean {
    return this.#gathering.isAsked && (this.#queue.isEmpty || this.#turn === null);
  }

  #news(): News {
    return { woken: this.#woken, arrivals: this.#inbox.arrivals, isAsked: !this.#inbox.isEmpty };
  }

  /** Only the run waits for them: whatever else happens is dealt with meanwhile. */
  async #untilFilesAreHere(): Promise<void> {
    this.#woken = false;
    await condition(
      () =>
        !this.#files.underWay ||
        this.#woken ||
        this.#closed ||
        !this.#queue.isEmpty ||
        this.#gathering.isAsked,
    );
  }

  async #beginTurn(): Promise<void> {
    const windowEndedAtMs = await this.#gathering.untilWindowEnds(() => this.#closed);
    if (this.#closed) return;
    this.#turnsTaken += 1;
    const id = turnId(`${workflowInfo().runId}-${this.#turnsTaken}`);
    await this.#think({ id, rethinks: 0, windowEndedAtMs, begunAtMs: Date.now(), sendingBegun: false });
  }

  /** Claims, thinks and keeps the answer. The claim takes what is in the store by then, signalled or not. */
  async #think(turn: Turn): Promise<void> {
    this.#thinking = true;
    const { id, windowEndedAtMs, begunAtMs } = turn;
    const request = { ...this.#ref, turn: id, windowEndedAtMs, begunAtMs };
    let offered = this.#inbox.keys;
    let taken = await takeTurn({ ...request, nowMs: Date.now() });
    if (taken.asksModel === true) {
      // It claims again, and so takes what has come meanwhile; what comes while it thinks has it think again, as ever.
      offered = this.#inbox.keys;
      taken = await takeTurnByModel({ ...request, nowMs: Date.now() });
    }
    this.#thinking = false;
    // Offered and left out, a message is another turn's or withdrawn; of a turn that is over it says nothing.
    this.#inbox.dealtWith(taken.isOver === true ? taken.claimed : [...offered, ...taken.claimed]);
    this.#gathering.rules = taken.window;
    this.#files.fetch(taken.media ?? []);
    this.#queue.addAnswer(turn.id, taken.parts);
    this.#turn = taken.parts.length > 0 ? turn : null;
  }

  /** Something new to answer while nothing has been sent yet. */
  #overtaken(): boolean {
    return this.#turn !== null && !this.#turn.sendingBegun && !this.#inbox.isEmpty;
  }

  async #thinkAgain(turn: Turn): Promise<void> {
    if (this.#parked.waiting === null) return this.#think({ ...turn, rethinks: turn.rethinks + 1 });
    // While the send is held there is time: a held answer is thought again as often as the customer adds to it.
    await this.#gathering.untilWindowEnds(() => this.#closed);
    if (!this.#closed) await this.#think(turn);
  }

  async #send(part: Outbound): Promise<void> {
    // From here on: news that comes while the send is under way is not to be slept through.
    this.#woken = false;
    this.#queue.passes(this.#held.first === null ? null : part);
    const { arrivals } = this.#inbox;
    const delivery = await this.#attempt(part);
    const ofTurn = this.#turn !== null && part.turn === this.#turn.id ? this.#turn : null;
    switch (delivery.kind) {
      case 'accepted':
        this.#begun(part);
        this.#left(part);
        return;
      case 'unknown':
        this.#begun(part);
        return this.#unclear(part);
      case 'overtaken':
        return ofTurn === null ? undefined : this.#think({ ...ofTurn, rethinks: ofTurn.rethinks + 1 });
      case 'ended':
        if (part.turn !== null) this.#queue.dropTurn(part.turn);
        this.#left(part);
        return;
      case 'held':
        // Nobody asked for it just now: whoever asks meanwhile is answered past it.
        if (part.turn !== null || !patched(ANSWERS_PASS_HELD)) return this.#park(delivery);
        this.#held.hold(part, delivery, arrivals);
        return;
    }
  }

  async #attempt(part: Outbound): Promise<Delivery> {
    const turn = this.#turn;
    const unlessOvertaken =
      turn !== null && part.turn === turn.id && !turn.sendingBegun && turn.rethinks < MAX_RETHINKS;
    try {
      const ending = part.turn === turn?.id ? endingOf(turn) : {};
      return await this.#deliver({ ...this.#ref, key: part.key, unlessOvertaken, ...ending });
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      // The retries are used up: parked until the line is back or it is time to look again. Whose last attempt died may have
      // left: it is not thought again, for what would replace it would wait behind it until somebody knows.
      if (!isSurelyUnsent(error) && patched(LAST_ATTEMPT_MAY_HAVE_SENT)) this.#begun(part);
      log.warn('send parked', { key: part.key, cause: error.cause?.message });
      return { kind: 'held', reason: 'destination-failing', untilMs: null };
    }
  }

  /** From here on its answer is not thought again. */
  #begun({ turn }: Outbound): void {
    if (this.#turn !== null && turn === this.#turn.id) this.#turn = { ...this.#turn, sendingBegun: true };
  }

  #left(part: Outbound): void {
    this.#queue.remove(part);
    this.#held.remove(part);
    if (this.#turn !== null && !this.#queue.has(this.#turn.id)) this.#turn = null;
    this.#parked.over();
  }

  /** It may have left. The parts after it wait for the truth; a later turn does not. */
  async #unclear(part: Outbound): Promise<void> {
    this.#unsettled.add(part.key);
    if (!this.#queue.hasMoreAfter(part)) {
      this.#left(part);
      return;
    }
    this.#parked.waitsFor({ reason: 'unclear-send', untilMs: this.#unsettled.nextLookAtMs });
    await condition(() => this.#closed || !this.#unsettled.has(part.key), this.#unsettled.untilNextLookMs());
    const { sendAgain, givenUp } = await this.#unsettled.look();
    if (sendAgain.includes(part.key) || this.#unsettled.has(part.key)) return;
    if (part.turn !== null && givenUp.includes(part.key)) this.#queue.dropTurn(part.turn);
    this.#left(part);
  }

  async #park({ reason, untilMs }: Held): Promise<void> {
    this.#parked.waitsFor({ reason, untilMs });
    this.#shown = showPhase(this.#shown, { phase: 'waiting', needsHuman: false, why: reason });
    const news = (): boolean => this.#woken || this.#closed || this.#overtaken();
    if (await condition(news, this.#parked.nextPauseMs())) this.#parked.woken();
  }

  /** Nothing to send, nothing to answer, yet not over. */
  async #rest(): Promise<void> {
    const held = this.#held.first;
    if (held !== null)
      this.#shown = showPhase(this.#shown, { phase: 'waiting', needsHuman: false, why: held.reason });
    else if (this.#person.isThere)
      this.#shown = showPhase(this.#shown, {
        phase: 'human',
        needsHuman: true,
        why: 'a person is in charge',
      });
    this.#woken = false;
    const patienceMs = Math.min(
      this.#person.remainingMs(),
      this.#unsettled.count > 0 ? this.#unsettled.untilNextLookMs() : Infinity,
      held === null ? Infinity : this.#held.untilNextLookMs(),
    );
    const news = (): boolean =>
      this.#woken ||
      this.#closed ||
      this.#next() !== undefined ||
      this.#hasTurnToBegin() ||
      this.#held.hasNews(this.#news());
    await (Number.isFinite(patienceMs) ? condition(news, patienceMs) : condition(news));
    const { sendAgain } = await this.#unsettled.look();
    this.#queue.addHuman(sendAgain);
  }

  #wake(note: () => unknown = () => undefined): void {
    note();
    this.#woken = true;
  }

  /** A long wait goes on in a new run, with everything that has not been dealt with. */
  async #handOn(): Promise<never> {
    const { carried: _, ...fresh } = this.#input;
    const carried: Carried = {
      inbox: this.#inbox.messages,
      queue: this.#queue.all,
      turn: this.#turn,
      unclear: this.#unsettled.all,
      human: this.#person.carried,
      turnsTaken: this.#turnsTaken,
    };
    return continueAsNew<typeof conversation>({ ...fresh, window: this.#gathering.rules, carried });
  }

  #state(): signals.ConversationState {
    return {
      phase: this.#phase(),
      window: this.#turn === null ? this.#gathering.window : null,
      waiting: this.#parked.waiting ?? this.#held.first,
      turnsTaken: this.#turnsTaken,
      unclearSends: this.#unsettled.count,
    };
  }

  #phase(): signals.ConversationState['phase'] {
    if (this.#thinking) return 'thinking';
    if (this.#parked.waiting !== null) return 'waiting';
    if (this.#next() !== undefined) return 'sending';
    if (!this.#inbox.isEmpty) return 'gathering';
    if (this.#held.first !== null) return 'waiting';
    return this.#person.isThere ? 'human' : 'idle';
  }
}

/** Thought before its window is over: nothing leaves until then. */
function endingOf({ windowEndedAtMs }: Turn): { readonly ending?: Ending } {
  const nowMs = Date.now();
  return nowMs < windowEndedAtMs ? { ending: { nowMs, windowEndedAtMs } } : {};
}

const SURELY_UNSENT: ReadonlySet<unknown> = new Set<FailureClass>(['retryable', 'throttled']);

/** `deliver` itself said so; a time-out, or a store that failed it, says nothing of what left. */
const isSurelyUnsent = ({ cause }: ActivityFailure): boolean =>
  cause instanceof ApplicationFailure && SURELY_UNSENT.has(cause.type);
