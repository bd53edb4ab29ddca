import { Context } from '@temporalio/activity';
import { NativeConnection, Worker } from '@temporalio/worker';
import { lineId } from '../../domain/ids.ts';
import { dataConverterOf } from '../../temporal/connection.ts';
import { lineQueue, LINES_QUEUE, lineWorkflowId } from '../../workflows/ids.ts';
import type { HolderActivities, LineActivities, LineRef } from '../../workflows/line-activities.ts';
import type { LineAnswer } from '../../workflows/line-commands.ts';
import { until, type LiveShop } from '../support/live-shop.ts';
import type { Shop } from '../support/shop.ts';
import { LONG_HISTORY, type Path } from './paths.ts';

const LINE = lineId('main');
const BEAT_MS = 100;

const refOf = (shop: Shop): LineRef => ({ merchant: shop.merchant, line: LINE });
const workflowId = (shop: Shop): string => lineWorkflowId(shop.merchant, LINE);

/** The ways through the `line` workflow. Browsers are beside the point: what is kept is what the workflow asked for. */
export const LINE_PATHS: readonly Path[] = [
  {
    name: 'line-browser-ended-then-stopped',
    workflowId,
    shows: {
      EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED: 3,
      EVENT_TYPE_TIMER_FIRED: 1,
      EVENT_TYPE_ACTIVITY_TASK_CANCELED: 1,
    },
    walk: (shop, live) =>
      held(shop, live, async (holder) => {
        await holder.command(shop, { kind: 'start' });
        await holder.isHeld();
        await holder.command(shop, { kind: 'restart-browser' });
        holder.end('restart-browser');
        await holder.isHeld();
        await holder.command(shop, { kind: 'stop' });
      }),
  },
  {
    name: 'line-cleared-while-held',
    workflowId,
    shows: { EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED: 3, EVENT_TYPE_ACTIVITY_TASK_CANCELED: 2 },
    walk: (shop, live) =>
      held(shop, live, async (holder) => {
        await holder.command(shop, { kind: 'start' });
        await holder.isHeld();
        await holder.command(shop, { kind: 'clear-session', confirm: true });
        await holder.isHeld();
        await holder.command(shop, { kind: 'stop' });
      }),
  },
  {
    // Eight seconds without anybody who holds lines.
    name: 'line-nobody-holds',
    workflowId,
    shows: { EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED: 1, EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT: 1 },
    walk: (shop) => shop.house.lineMail.command(refOf(shop), { kind: 'start' }),
  },
  {
    name: 'line-continued-as-new',
    workflowId,
    shows: { EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW: 1 },
    walk: (shop, live) =>
      held(shop, live, async (holder) => {
        await holder.command(shop, { kind: 'start' });
        for (let events = 0; events < LONG_HISTORY; events += 5) {
          await holder.isHeld();
          holder.end('browser-gone');
        }
        await holder.isHeld();
        await holder.command(shop, { kind: 'stop' });
      }),
  },
];

/** Whoever holds lines in a recording: it has no browser, and ends when it is told to. */
class Holder {
  readonly #live: LiveShop;
  #end: ((why: string) => void) | null = null;

  constructor(live: LiveShop) {
    this.#live = live;
  }

  readonly activities: LineActivities & HolderActivities = {
    mayHold: () => Promise.resolve(null),
    clearLine: () => Promise.resolve('kept'),
    commandHolder: () => Promise.resolve<LineAnswer>({ kind: 'done' }),
    holdLine: async () => {
      const activity = Context.current();
      const beating = setInterval(() => activity.heartbeat(), BEAT_MS);
      try {
        const over = new Promise<string>((end) => (this.#end = end));
        return { why: await Promise.race([over, activity.cancelled]) };
      } finally {
        this.#end = null;
        clearInterval(beating);
      }
    },
  };

  command(shop: Shop, command: Parameters<LiveShop['house']['lineMail']['command']>[1]): Promise<LineAnswer> {
    return this.#live.house.lineMail.command(refOf(shop), command);
  }
  async isHeld(): Promise<void> {
    await until(
      () => Promise.resolve(this.#end),
      (end) => end !== null,
    );
  }
  end(why: string): void {
    this.#end?.(why);
    this.#end = null;
  }
}

async function held(shop: Shop, live: LiveShop, walk: (holder: Holder) => Promise<void>): Promise<void> {
  const holder = new Holder(live);
  const connection = await NativeConnection.connect({ address: live.address });
  const { mayHold, clearLine, holdLine, commandHolder } = holder.activities;
  const serving = async (taskQueue: string, activities: object): Promise<Worker> =>
    Worker.create({
      connection,
      taskQueue,
      activities,
      dataConverter: dataConverterOf(shop.house.seal),
      maxHeartbeatThrottleInterval: BEAT_MS,
    });
  const workers = [
    await serving(LINES_QUEUE, { mayHold, clearLine, holdLine }),
    await serving(lineQueue(shop.merchant, LINE), { commandHolder }),
  ];
  const running = workers.map((worker) => worker.run());
  try {
    await walk(holder);
  } finally {
    for (const worker of workers) worker.shutdown();
    await Promise.all(running);
    await connection.close();
  }
}
