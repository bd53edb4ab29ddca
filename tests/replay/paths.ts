import {
  closeConversation,
  handBack,
  storeHumanMessage,
  takeOver,
} from '../../store/conversation-changes.ts';
import { readConversation } from '../../store/conversations.ts';
import type { Tx } from '../../store/database.ts';
import { moveLine } from '../../store/lines.ts';
import { NO_FAILURES, writeFailures } from '../../store/simulated-network.ts';
import {
  closeSignal,
  handedBackSignal,
  humanMessageSignal,
  stateQuery,
  takenOverSignal,
  wakeSignal,
} from '../../workflows/conversation-signals.ts';
import { conversationWorkflowId } from '../../workflows/ids.ts';
import { until, type LiveShop } from '../support/live-shop.ts';
import type { Shop } from '../support/shop.ts';

export const CUSTOMER = '201000000001';

/** Long enough to aim at its last part by hand, short enough to record everything in a minute. */
export const RECORDING_WINDOW = { ms: 1_500, graceMs: 700, maxMs: 4_000 };

/** Events after which the recording's server calls a history long: more than any other path needs. */
export const LONG_HISTORY = 60;

/** One way through a workflow. Each leads to the end of its run. */
export interface Path {
  readonly name: string;
  /** The run that is kept. @default the customer's conversation */
  readonly workflowId?: (shop: Shop) => string;
  /** What the recorded history must hold, so that a path that lost its way is not kept: event types and how many at least. */
  readonly shows: Readonly<Record<string, number>>;
  walk(shop: Shop, live: LiveShop): Promise<unknown>;
}

/** The second message comes in the window's last part. */
async function moveTheEnd(shop: Shop): Promise<void> {
  await shop.say(CUSTOMER, 'السلام');
  await pause(RECORDING_WINDOW.ms - RECORDING_WINDOW.graceMs / 2);
  await shop.say(CUSTOMER, 'عليكم');
}

export const PATHS: readonly Path[] = [
  {
    name: 'one-message',
    shows: { EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 1, EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 1 },
    walk: (shop) => shop.say(CUSTOMER, 'بكم القميص'),
  },
  {
    name: 'burst-of-three',
    shows: { EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 3, EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 1 },
    async walk(shop) {
      for (const text of ['السلام', 'عليكم', 'بكم القميص']) await shop.say(CUSTOMER, text);
    },
  },
  {
    name: 'grace-extension',
    shows: { EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 2, EVENT_TYPE_TIMER_FIRED: 1 },
    walk: moveTheEnd,
  },
  {
    name: 'woken-early-after-extension',
    // As `grace-extension`, with the rules of a run that wakes a moment before its window ends.
    shows: { EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 2, EVENT_TYPE_TIMER_FIRED: 1 },
    walk: moveTheEnd,
  },
  {
    name: 'thought-again',
    shows: { EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 2, EVENT_TYPE_MARKER_RECORDED: 2 },
    async walk(shop, { echo }) {
      echo.thinking = async () => {
        echo.thinking = () => Promise.resolve();
        await shop.say(CUSTOMER, 'and blue, please');
      };
      await shop.say(CUSTOMER, 'a shirt');
    },
  },
  {
    name: 'overtaken-at-the-send',
    shows: {
      EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 1,
      EVENT_TYPE_MARKER_RECORDED: 2,
      EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 2,
    },
    async walk(shop, { echo }) {
      // Stored, its signal still on the way: only the send step sees it.
      echo.thinking = async () => {
        echo.thinking = () => Promise.resolve();
        await shop.store(CUSTOMER, { text: 'and blue, please' });
      };
      await shop.say(CUSTOMER, 'a shirt');
    },
  },
  {
    name: 'answer-in-parts',
    shows: { EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 3 },
    async walk(shop, { echo }) {
      echo.parts = 3;
      await shop.say(CUSTOMER, 'a long story');
    },
  },
  {
    name: 'held-then-woken',
    shows: {
      EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 2,
      EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 2,
      EVENT_TYPE_TIMER_STARTED: 1,
    },
    async walk(shop) {
      await held(shop, 'hello');
      await lineUp(shop);
      await shop.house.mail.tell(shop.start(CUSTOMER), wakeSignal, 'line-up');
    },
  },
  {
    name: 'held-then-added-to',
    shows: { EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 3, EVENT_TYPE_MARKER_RECORDED: 2 },
    async walk(shop) {
      await held(shop, 'hello');
      await shop.say(CUSTOMER, 'are you there?');
      await until(
        () => shop.house.context.database.merchant(shop.merchant, (tx) => answersKept(tx)),
        (texts) => texts.some((text) => text.includes('|')),
      );
      await lineUp(shop);
      await shop.house.mail.tell(shop.start(CUSTOMER), wakeSignal, 'line-up');
    },
  },
  {
    name: 'last-attempt-in-doubt',
    // Written to meanwhile, it is not thought again; the customer's second message is another turn.
    shows: {
      EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 3,
      EVENT_TYPE_ACTIVITY_TASK_FAILED: 1,
      EVENT_TYPE_MARKER_RECORDED: 3,
    },
    async walk(shop) {
      const attempts = (count: number): Promise<unknown> =>
        inStore(shop, (tx) =>
          tx.query(`update messages set attempts = $2 where merchant = $1 and direction = 'out'`, [
            shop.merchant,
            count,
          ]),
        );
      await held(shop, 'hello');
      // More than the column takes: the store refuses to write the intent.
      await attempts(2_147_483_647);
      await lineUp(shop);
      await shop.house.mail.tell(shop.start(CUSTOMER), wakeSignal, 'line-up');
      const run = shop.house.client.workflow.getHandle(conversationWorkflowId(shop.start(CUSTOMER)));
      await until(
        () => run.query(stateQuery),
        ({ waiting }) => waiting?.reason === 'destination-failing',
      );
      await attempts(0);
      await shop.say(CUSTOMER, 'are you there?');
    },
  },
  {
    name: 'unclear-then-found',
    shows: { EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 2, EVENT_TYPE_TIMER_FIRED: 1 },
    async walk(shop) {
      await inStore(shop, (tx) =>
        writeFailures(tx, shop.merchant, shop.line, { ...NO_FAILURES, timeoutAfterAccept: 1 }),
      );
      await shop.say(CUSTOMER, 'hello');
    },
  },
  {
    name: 'unclear-between-parts',
    shows: { EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 4, EVENT_TYPE_TIMER_FIRED: 2 },
    async walk(shop, { echo }) {
      echo.parts = 2;
      await inStore(shop, (tx) =>
        writeFailures(tx, shop.merchant, shop.line, { ...NO_FAILURES, timeoutAfterAccept: 1 }),
      );
      await shop.say(CUSTOMER, 'hello');
    },
  },
  {
    name: 'human-and-back',
    shows: { EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 4, EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: 1 },
    async walk(shop) {
      const conversation = shop.conversation(CUSTOMER);
      await held(shop, 'hello');
      const keys = await inStore(shop, async (tx) => {
        await takeOver(tx, shop.merchant, conversation, null);
        const row = await readConversation(tx, shop.merchant, conversation);
        if (row === null) throw new Error('the conversation is not in the store');
        return storeHumanMessage(tx, shop.merchant, row, {
          id: 'human-1',
          texts: ['أنا أحمد، معك'],
          at: new Date(),
        });
      });
      await lineUp(shop);
      await shop.house.mail.tell(shop.start(CUSTOMER), takenOverSignal, { untilMs: null });
      await shop.house.mail.tell(shop.start(CUSTOMER), humanMessageSignal, keys);
      await until(
        () => phase(shop),
        (now) => now === 'human',
      );
      await inStore(shop, (tx) => handBack(tx, shop.merchant, conversation));
      await shop.house.mail.tell(shop.start(CUSTOMER), handedBackSignal, 'key:test');
    },
  },
  {
    name: 'opt-out-word-ends-the-window',
    shows: { EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 2, EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 1 },
    async walk(shop) {
      await shop.say(CUSTOMER, 'انا عايز');
      await shop.say(CUSTOMER, { text: 'وقف', endsWindow: true });
    },
  },
  {
    name: 'closed-while-held',
    shows: { EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 2 },
    async walk(shop) {
      await held(shop, 'hello');
      await inStore(shop, (tx) => closeConversation(tx, shop.merchant, shop.conversation(CUSTOMER)));
      await shop.house.mail.tell(shop.start(CUSTOMER), closeSignal, 'key:test');
    },
  },
  {
    // The close's signal got lost.
    name: 'closed-then-added-to',
    shows: { EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 2, EVENT_TYPE_MARKER_RECORDED: 3 },
    async walk(shop) {
      await held(shop, 'hello');
      await inStore(shop, (tx) => closeConversation(tx, shop.merchant, shop.conversation(CUSTOMER)));
      await lineUp(shop);
      await shop.say(CUSTOMER, 'and again');
    },
  },
  {
    name: 'continued-as-new',
    shows: { EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW: 1 },
    async walk(shop, live) {
      await held(shop, 'hello');
      await live.stopWorker();
      await shop.say(CUSTOMER, 'still waiting');
      for (let told = 0; told < LONG_HISTORY; told += 1)
        await shop.house.mail.tell(shop.start(CUSTOMER), wakeSignal, 'line-up');
      await lineUp(shop);
      await live.startWorker();
    },
  },
];

const pause = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));
export const inStore = <T>(shop: Shop, work: (tx: Tx) => Promise<T>): Promise<T> =>
  shop.house.database.merchant(shop.merchant, work);
export const lineUp = (shop: Shop): Promise<unknown> =>
  inStore(shop, (tx) => moveLine(tx, shop.merchant, shop.line, { state: 'connected', why: 'test' }));

const answersKept = async (tx: Tx): Promise<string[]> =>
  (await tx.query<{ text: string }>(`select text from messages where direction = 'out'`)).map(
    ({ text }) => text,
  );

export async function phase(shop: Shop, customer = CUSTOMER): Promise<unknown> {
  const state: { phase: unknown } = await shop.house.client.workflow
    .getHandle(conversationWorkflowId(shop.start(customer)))
    .query('state');
  return state.phase;
}

/** A question whose answer can't leave: the line is down. */
export async function held(shop: Shop, text: string): Promise<void> {
  await inStore(shop, (tx) => moveLine(tx, shop.merchant, shop.line, { state: 'stopped', why: 'test' }));
  await shop.say(CUSTOMER, text);
  await until(
    () => shop.transcript(CUSTOMER),
    (messages) => messages.some(({ status, reason }) => status === 'waiting' && reason === 'line-down'),
  );
  await until(
    () => phase(shop),
    (now) => now === 'waiting',
  );
}
