import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { SettingsPatch } from '../../domain/settings.ts';
import { moveLine } from '../../store/lines.ts';
import { writeSettings } from '../../store/merchants.ts';
import { decideOrder } from '../../store/order-decisions.ts';
import { listOrders, orderIdOf, type Order } from '../../store/orders.ts';
import { connectSheet, readSheet, runSheet } from '../../store/sheets.ts';
import { NO_FAILURES, writeFailures } from '../../store/simulated-network.ts';
import { sendAgainSignal, wakeSignal } from '../../workflows/conversation-signals.ts';
import { conversationWorkflowId, orderWorkflowId, sheetWorkflowId } from '../../workflows/ids.ts';
import { addressOf, nightFrom, orderRow, phoneOf, SheetFile } from '../support/sheet-file.ts';
import { overUnheldLine } from '../support/unheld-line.ts';
import { until, type LiveShop } from '../support/live-shop.ts';
import type { Shop } from '../support/shop.ts';
import { inStore, lineUp, LONG_HISTORY, phase, type Path } from './paths.ts';
import { reportedAsFailed } from './status-paths.ts';

/** As an hour in the settings: a day's patience of an order takes as many events when it lasts two seconds. */
const SOON = 2 / 3_600;
const NEVER_REMIND: SettingsPatch = { messageTypes: { reminder: false } };
const ROW_KEY = 'id:a2';
const ordersRun = (shop: Shop): string =>
  orderWorkflowId(shop.merchant, orderIdOf(shop.house.hashKey, shop.merchant, ROW_KEY));
const watchOf = (shop: Shop): string => sheetWorkflowId(shop.merchant);

/** The ways through the `order` and the `sheet` workflow. */
export const ORDER_PATHS: readonly Path[] = [
  {
    name: 'order-asked-then-confirmed',
    workflowId: ordersRun,
    shows: {
      EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 2,
      EVENT_TYPE_TIMER_STARTED: 1,
      EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 2,
    },
    async walk(shop, live) {
      const sheet = await Watched.open(shop, live);
      await sheet.arrives();
      await sheet.waits('timer');
      await inStore(shop, (tx) =>
        decideOrder(
          tx,
          { merchant: shop.merchant, order: orderIdOf(shop.house.hashKey, shop.merchant, ROW_KEY) },
          { decision: 'confirm', by: 'customer', turn: null, at: new Date() },
        ),
      );
      await sheet.news('answered');
    },
  },
  {
    name: 'order-reminded',
    workflowId: ordersRun,
    shows: { EVENT_TYPE_TIMER_FIRED: 1, EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 2 },
    walk: async (shop, live) =>
      (await Watched.open(shop, live, { timings: { reminderHours: SOON } })).arrives(),
  },
  {
    name: 'order-rejected-then-offered',
    workflowId: ordersRun,
    shows: { EVENT_TYPE_TIMER_FIRED: 1, EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 1 },
    walk: async (shop, live) =>
      (await Watched.open(shop, live, { timings: { rejectedOfferHours: SOON } })).arrives('مرفوض'),
  },
  {
    name: 'order-held-in-quiet-hours',
    workflowId: ordersRun,
    shows: {
      EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 2,
      EVENT_TYPE_TIMER_STARTED: 1,
      EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 1,
    },
    async walk(shop, live) {
      const quietHours = nightFrom(Date.now(), 7_200_000);
      const sheet = await Watched.open(shop, live, { ...NEVER_REMIND, quietHours });
      await sheet.arrives();
      await sheet.waits('quiet-hours');
      await sheet.settings(NEVER_REMIND);
      await sheet.news('settings');
    },
  },
  {
    name: 'order-held-then-moved-on',
    workflowId: ordersRun,
    shows: { EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 2, EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 2 },
    walk: (shop, live) => changedWhileHeld(shop, live, (file) => file.setStatus('A2', 'تم الشحن')),
  },
  {
    name: 'order-held-then-its-number-corrected',
    workflowId: ordersRun,
    shows: { EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 2, EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 2 },
    walk: (shop, live) =>
      changedWhileHeld(shop, live, (file) =>
        file.edit((rows) =>
          rows.map((row) => (row[0] === 'A2' ? orderRow(2, '', { phone: phoneOf(22) }) : row)),
        ),
      ),
  },
  {
    // Recorded before an order whose unclear send was found was considered again.
    name: 'order-unclear-then-found',
    workflowId: ordersRun,
    shows: { EVENT_TYPE_TIMER_FIRED: 1, EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 2 },
    walk: (shop, live) => unheard(shop, live, NEVER_REMIND),
  },
  {
    name: 'order-unclear-then-found-then-reminded',
    workflowId: ordersRun,
    // The question, the look for it, the reminder; and what the sheet is told before and after the look.
    shows: { EVENT_TYPE_TIMER_FIRED: 2, EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 5 },
    walk: (shop, live) => unheard(shop, live, { timings: { reminderHours: SOON } }),
  },
  {
    name: 'order-on-a-line-that-nobody-holds',
    workflowId: ordersRun,
    shows: { EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT: 1, EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED: 1 },
    async walk(shop, live) {
      const sheet = await Watched.open(shop, live, NEVER_REMIND);
      await overUnheldLine(shop);
      await sheet.arrives();
      await sheet.waits('line-down');
      sheet.file.setStatus('A2', 'ملغي');
      await sheet.polled();
    },
  },
  {
    name: 'order-without-a-number',
    workflowId: ordersRun,
    shows: { EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED: 1 },
    async walk(shop, live) {
      const sheet = await Watched.open(shop, live, NEVER_REMIND);
      sheet.file.add(orderRow(2, '', { phone: '#ERROR!' }));
      await sheet.polled();
    },
  },
  {
    // Recorded before an order said that its write-back waits.
    name: 'order-written-once-the-file-is-back',
    workflowId: ordersRun,
    shows: { EVENT_TYPE_TIMER_FIRED: 1, EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 3 },
    walk: fileAway,
  },
  {
    name: 'order-says-that-its-write-waits',
    workflowId: ordersRun,
    shows: { EVENT_TYPE_TIMER_FIRED: 1, EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 3 },
    walk: fileAway,
  },
  {
    // Its conversation's run: the order's message waits, its customer does not.
    name: 'held-order-passed-by-an-answer',
    workflowId: (shop) => conversationWorkflowId(shop.start(addressOf(2))),
    shows: {
      EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 3,
      EVENT_TYPE_MARKER_RECORDED: 2,
      EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 4,
    },
    async walk(shop, live) {
      const sheet = await Watched.open(shop, live, NEVER_REMIND);
      await sheet.arrives();
      await until(
        () => shop.received(),
        (sent) => sent.length === 1,
      );
      await sheet.stop();
      const start = shop.start(addressOf(2));
      await shop.house.mail.tellOrStart(start, sendAgainSignal, [[await reportedAsFailed(shop)]]);
      await until(
        () => shop.transcript(addressOf(2)),
        (messages) => messages.some(({ reason }) => reason === 'automation-stopped'),
      );
      await until(
        () => phase(shop, addressOf(2)),
        (now) => now === 'waiting',
      );
      await shop.say(addressOf(2), 'hello');
      await until(
        () => shop.received(),
        (sent) => sent.length === 2,
      );
      await inStore(shop, (tx) => runSheet(tx, shop.merchant, true, new Date()));
      await shop.house.mail.tell(start, wakeSignal, 'automation');
    },
  },
  {
    name: 'order-continued-as-new',
    workflowId: ordersRun,
    shows: { EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW: 1 },
    async walk(shop, live) {
      const sheet = await Watched.open(shop, live, NEVER_REMIND);
      await lineDown(shop);
      await sheet.arrives();
      await sheet.waits('line-down');
      await live.stopWorker();
      for (let told = 0; told < LONG_HISTORY; told += 1) await sheet.news('swept');
      await lineUp(shop);
      await live.startWorker();
    },
  },
  {
    name: 'sheet-polled-then-stopped',
    workflowId: watchOf,
    shows: {
      EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 2,
      EVENT_TYPE_TIMER_FIRED: 1,
      EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 3,
    },
    async walk(shop, live) {
      const sheet = await Watched.open(shop, live, { timings: { pollSeconds: 1 } });
      await sheet.polledAgain();
      await sheet.polledAgain();
      await sheet.stop();
    },
  },
  {
    name: 'sheet-failing-then-back',
    workflowId: watchOf,
    shows: { EVENT_TYPE_TIMER_FIRED: 2, EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 4 },
    async walk(shop, live) {
      const sheet = await Watched.open(shop, live, { timings: { pollSeconds: 1 } });
      sheet.hide();
      await until(
        () => inStore(shop, (tx) => readSheet(tx, shop.merchant)),
        (now) => now?.trouble != null,
      );
      await sheet.polledAgain();
      sheet.show();
      await until(
        () => inStore(shop, (tx) => readSheet(tx, shop.merchant)),
        (now) => now?.trouble === null,
      );
      await sheet.stop();
    },
  },
  {
    name: 'sheet-continued-as-new',
    workflowId: watchOf,
    shows: { EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW: 1 },
    async walk(shop, live) {
      const sheet = await Watched.open(shop, live, { timings: { pollSeconds: 0.2 } });
      for (let poll = 0; poll < LONG_HISTORY / 5; poll += 1) await sheet.polledAgain();
      await sheet.stop();
    },
  },
];

/** A person edits the row while its message waits for the line. */
async function changedWhileHeld(
  shop: Shop,
  live: LiveShop,
  change: (file: SheetFile) => void,
): Promise<void> {
  const sheet = await Watched.open(shop, live, NEVER_REMIND);
  await lineDown(shop);
  await sheet.arrives();
  await sheet.waits('line-down');
  change(sheet.file);
  await lineUp(shop);
  await sheet.polled();
}

const lineDown = (shop: Shop): Promise<unknown> =>
  inStore(shop, (tx) => moveLine(tx, shop.merchant, shop.line, { state: 'stopped', why: 'test' }));

/** The network takes what is sent, and its answers are lost. */
async function unheard(shop: Shop, live: LiveShop, settings: SettingsPatch): Promise<void> {
  const sheet = await Watched.open(shop, live, settings);
  await inStore(shop, (tx) =>
    writeFailures(tx, shop.merchant, shop.line, { ...NO_FAILURES, timeoutAfterAccept: 1 }),
  );
  await sheet.arrives();
}

async function fileAway(shop: Shop, live: LiveShop): Promise<void> {
  const sheet = await Watched.open(shop, live, NEVER_REMIND);
  await lineDown(shop);
  await sheet.arrives();
  await sheet.waits('line-down');
  sheet.hide();
  await lineUp(shop);
  await sheet.news('line-up');
  await until(
    () => inStore(shop, (tx) => readSheet(tx, shop.merchant)),
    (now) => now?.trouble != null,
  );
  sheet.show();
}

/** A sheet of one known order that is watched; the order that the path is about comes later. */
class Watched {
  readonly file: SheetFile;
  readonly #shop: Shop;

  private constructor(shop: Shop, file: SheetFile) {
    this.#shop = shop;
    this.file = file;
  }

  static async open(shop: Shop, live: LiveShop, settings: SettingsPatch = {}): Promise<Watched> {
    mkdirSync(live.sheets, { recursive: true });
    const path = `${shop.merchant}.csv`;
    const watched = new Watched(shop, new SheetFile(join(live.sheets, path), [orderRow(1, 'مؤجل')]));
    watched.file.save();
    await watched.settings(settings);
    await inStore(shop, async (tx) => {
      const config = { kind: 'file', path } as const;
      await connectSheet(tx, shop.merchant, { config, credentials: null, line: shop.line, columns: {} });
      await runSheet(tx, shop.merchant, true, new Date());
    });
    await watched.polled();
    return watched;
  }

  async settings(patch: SettingsPatch): Promise<void> {
    const timings = { pollSeconds: 3_600, settleSeconds: 0, ...patch.timings };
    await inStore(this.#shop, (tx) => writeSettings(tx, this.#shop.merchant, { ...patch, timings }));
  }

  async arrives(status = ''): Promise<void> {
    this.file.add(orderRow(2, status));
    await this.polled();
  }

  async polled(): Promise<void> {
    const again = this.polledAgain();
    await this.#shop.house.orderMail.pollNow(this.#shop.merchant, 'test');
    await again;
  }

  async polledAgain(): Promise<void> {
    const lastPoll = async (): Promise<number | undefined> =>
      (await inStore(this.#shop, (tx) => readSheet(tx, this.#shop.merchant)))?.lastPollAt?.getTime();
    const before = await lastPoll();
    await until(lastPoll, (now) => now !== before);
  }

  async stop(): Promise<void> {
    await inStore(this.#shop, (tx) => runSheet(tx, this.#shop.merchant, false, new Date()));
    await this.#shop.house.orderMail.pollNow(this.#shop.merchant, 'stopped');
  }

  async news(what: string): Promise<void> {
    const { merchant, house } = this.#shop;
    await house.orderMail.orderNews({ merchant, order: orderIdOf(house.hashKey, merchant, ROW_KEY) }, what);
  }

  async waits(reason: string): Promise<void> {
    const find = (): Promise<Order[]> =>
      inStore(this.#shop, (tx) => listOrders(tx, this.#shop.merchant, {}, null, 10));
    await until(find, (orders) => orders.some(({ waiting }) => waiting?.reason === reason));
  }

  hide(): void {
    renameSync(this.file.file, `${this.file.file}.hidden`);
  }

  show(): void {
    renameSync(`${this.file.file}.hidden`, this.file.file);
  }
}
