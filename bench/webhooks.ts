import { parseArgs } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import { StartRefused } from '../start/start-refused.ts';
import type { GraphDouble } from '../tests/doubles/graph-api/double.ts';
import { circumstances } from './surroundings.ts';
import { markdown } from './table.ts';
import { benchHundred } from './webhooks-hundred.ts';
import { benchNeighbours } from './webhooks-neighbours.ts';
import { message, openStage, post, postOf } from './webhooks-shop.ts';

/** Meta's largest post. */
const UPDATES = 1_000;
const WINDOW_MS = 4_000;
const ANSWERED_WITHIN_MS = 300_000;

interface Row {
  readonly what: string;
  readonly acceptMs: readonly number[];
  readonly answered: string;
}

const USAGE = `npm run bench -- webhooks [--posts 3]
npm run bench -- webhooks --hundred 10      a hundred customers at once, for so many minutes
npm run bench -- webhooks --neighbours 60   does a line in trouble slow another? stretches of so many seconds`;

/** What the webhooks cost: how long a provider waits, a hundred customers at once, a neighbour in trouble. */
export async function benchWebhooks(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { posts: text, hundred: text, neighbours: text },
    strict: false,
  });
  if (values.hundred !== undefined) await benchHundred(positive(values.hundred));
  else if (values.neighbours !== undefined) await benchNeighbours(positive(values.neighbours));
  else await benchAccepting(positive(values.posts ?? '3'));
}

function positive(given: string | boolean): number {
  const number = Number(given);
  if (!Number.isInteger(number) || number < 1) throw new StartRefused(USAGE);
  return number;
}

/** How long a provider waits for its 200, on Zajel as `npm start` runs it, and whether everybody is answered afterwards. */
async function benchAccepting(posts: number): Promise<void> {
  const stage = await openStage(WINDOW_MS);
  try {
    const shop = new Shop(stage.url, stage.graph);
    await shop.single(50);
    await shop.allAnswered();
    const rows = [
      await shop.measure('one message', posts * 5, () => shop.messages(1, 1)),
      await shop.measure('10 messages of 10 customers', posts * 3, () => shop.messages(10, 10)),
      await shop.measure(`${UPDATES} messages of 50 customers`, posts, () => shop.messages(UPDATES, 50)),
      await shop.measure(`${UPDATES} messages of ${UPDATES} customers`, posts, () =>
        shop.messages(UPDATES, UPDATES),
      ),
      await shop.measure(`${UPDATES} statuses`, posts, () => shop.statuses(UPDATES)),
    ];
    console.log(
      `\n${markdown(
        ['one POST with', 'posts', 'accept p50', 'max', 'answered'],
        rows.map(({ what, acceptMs, answered }) => [
          what,
          acceptMs.length,
          Math.round(acceptMs[Math.floor(acceptMs.length / 2)] ?? NaN),
          Math.round(acceptMs.at(-1) ?? NaN),
          answered,
        ]),
      )}\n\nTimes in milliseconds, from the request until its 200.\n${circumstances(null)}`,
    );
  } finally {
    await stage.close();
  }
}

/** Meta, posting for one number; what the shop answered is at the double. */
class Shop {
  readonly #url: string;
  readonly #graph: GraphDouble;
  #customers = 9_647_700_000_000;
  #messages = 0;
  #asked = new Set<string>();

  constructor(url: string, graph: GraphDouble) {
    this.#url = url;
    this.#graph = graph;
  }

  messages(count: number, customers: number): Buffer {
    const first = this.#customers;
    this.#customers += customers;
    return postOf({
      messages: Array.from({ length: count }, (_, index) => {
        const from = String(first + (index % customers));
        this.#asked.add(from);
        this.#messages += 1;
        return message(from, String(this.#messages));
      }),
    });
  }

  /** News of what was answered so far, whose status has not been told before. */
  statuses(count: number): Buffer {
    const sent = this.#graph.delivered().slice(this.#told, this.#told + count);
    if (sent.length < count) throw new Error(`only ${sent.length} messages to tell of`);
    this.#told += count;
    return postOf({
      statuses: sent.map(({ id, to, key }) => ({
        id,
        status: 'delivered',
        timestamp: String(Math.floor(Date.now() / 1_000)),
        recipient_id: to,
        biz_opaque_callback_data: key,
      })),
    });
  }
  #told = 0;

  async single(count: number): Promise<void> {
    for (let post = 0; post < count; post += 1) await this.#post(this.messages(1, 1));
  }

  async measure(what: string, posts: number, make: () => Buffer): Promise<Row> {
    const acceptMs: number[] = [];
    const began = performance.now();
    for (let post = 0; post < posts; post += 1) {
      const bytes = make();
      acceptMs.push(await this.#post(bytes));
      // A provider that has a thousand more at once posts them when the first were taken.
      await pause(500);
    }
    console.error(`${what}: ${acceptMs.map(Math.round).join(' ')}`);
    const answered = await this.allAnswered();
    console.error(`  ${answered}, ${Math.round((performance.now() - began) / 1_000)} s after the first post`);
    return { what, acceptMs: acceptMs.toSorted((a, b) => a - b), answered };
  }

  /** Each customer's phone shows an answer; how many show more than one. */
  async allAnswered(): Promise<string> {
    const deadline = performance.now() + ANSWERED_WITHIN_MS;
    const began = performance.now();
    for (;;) {
      const count = new Map<string, number>();
      for (const { to } of this.#graph.delivered()) count.set(to, (count.get(to) ?? 0) + 1);
      const missing = [...this.#asked].filter((customer) => !count.has(customer)).length;
      if (missing === 0 || performance.now() > deadline) {
        const doubled = [...count.values()].filter((times) => times > 1).length;
        const seconds = Math.round((performance.now() - began) / 1_000);
        return `${this.#asked.size - missing} of ${this.#asked.size} after ${seconds} s, ${doubled} twice`;
      }
      await pause(200);
    }
  }

  async #post(bytes: Buffer): Promise<number> {
    const { status, tookMs } = await post(this.#url, bytes);
    if (status !== 200) throw new Error(`a post was answered with ${status}`);
    return tookMs;
  }
}
