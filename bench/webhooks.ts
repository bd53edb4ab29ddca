import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import { sign } from '../channels/meta/signature.ts';
import { temporalCli } from '../start/embedded-temporal/cli.ts';
import { ROOT } from '../start/root.ts';
import { StartRefused } from '../start/start-refused.ts';
import { startGraphDouble, type GraphDouble } from '../tests/doubles/graph-api/double.ts';
import { metaBytes } from '../tests/doubles/graph-api/wire.ts';
import { answering, freePorts, launchScript } from './processes.ts';
import { circumstances, markdown } from './table.ts';

/** Meta's largest post. */
const UPDATES = 1_000;
const WINDOW_MS = 4_000;
const APP_SECRET = 'app-secret-of-the-bench';
const PHONE_NUMBER_ID = '106540352242922';
const ANSWERED_WITHIN_MS = 300_000;

interface Row {
  readonly what: string;
  readonly acceptMs: readonly number[];
  readonly answered: string;
}

const USAGE = 'npm run bench -- webhooks [--posts 3]';

/** How long a provider waits for its 200, on Zajel as `npm start` runs it, and whether everybody is answered afterwards. */
export async function benchWebhooks(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { posts: { type: 'string' } }, strict: false });
  const posts = Number(values.posts ?? 3);
  if (!Number.isInteger(posts) || posts < 1) throw new StartRefused(USAGE);
  await temporalCli(process.env['TEMPORAL_CLI_PATH'], (line) => console.error(line));
  const folder = mkdtempSync(join(tmpdir(), 'zajel-bench-'));
  const graph = await startGraphDouble();
  const [http = 0, temporal = 0, ui = 0] = await freePorts(3);
  const zajel = launchScript(join(ROOT, 'start', 'main.ts'), {
    ZAJEL_DATA: folder,
    PORT: String(http),
    TEMPORAL_PORT: String(temporal),
    TEMPORAL_UI_PORT: String(ui),
    WINDOW_MS: String(WINDOW_MS),
    WINDOW_MAX_MS: String(WINDOW_MS * 2),
    GRAPH_API_URL: `${graph.url}/v23.0`,
    LOG_FORMAT: 'json',
    LOG_LEVEL: 'warn',
  });
  try {
    const url = `http://127.0.0.1:${http}`;
    await answering(`${url}/readyz`, zajel);
    await connect(url, readFileSync(join(folder, 'keys', 'admin-api-key'), 'utf8').trim());
    const shop = new Shop(url, graph);
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
    await zajel.stop();
    await graph.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function connect(url: string, key: string): Promise<void> {
  const create = async (path: string, body: unknown): Promise<void> => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  };
  await create('/api/meta-apps', { id: 'bench', appSecret: APP_SECRET, verifyToken: 'bench' });
  await create('/api/merchants', { id: 'busy', name: 'متجر', country: 'IQ', timezone: 'Asia/Baghdad' });
  await create('/api/merchants/busy/lines', {
    id: 'wa',
    channel: 'whatsapp-cloud',
    phoneNumberId: PHONE_NUMBER_ID,
    accessToken: 'a-token',
    app: 'bench',
  });
}

/** Meta, posting for one number; what the shop answered is at the double. */
class Shop {
  readonly #url: string;
  readonly #graph: GraphDouble;
  #customers = 9_647_700_000_000;
  #messages = 0;
  #asked = new Set<string>();

  constructor(url: string, graph: GraphDouble) {
    this.#url = `${url}/webhooks/meta/bench`;
    this.#graph = graph;
  }

  messages(count: number, customers: number): Buffer {
    const first = this.#customers;
    this.#customers += customers;
    return metaBytes(
      body({
        messages: Array.from({ length: count }, (_, index) => {
          const from = String(first + (index % customers));
          this.#asked.add(from);
          this.#messages += 1;
          return {
            from,
            id: `wamid.bench.${this.#messages}`,
            timestamp: String(Math.floor(Date.now() / 1_000)),
            type: 'text',
            text: { body: 'السلام عليكم' },
          };
        }),
      }),
    );
  }

  /** News of what was answered so far, whose status has not been told before. */
  statuses(count: number): Buffer {
    const sent = this.#graph.delivered().slice(this.#told, this.#told + count);
    if (sent.length < count) throw new Error(`only ${sent.length} messages to tell of`);
    this.#told += count;
    return metaBytes(
      body({
        statuses: sent.map(({ id, to, key }) => ({
          id,
          status: 'delivered',
          timestamp: String(Math.floor(Date.now() / 1_000)),
          recipient_id: to,
          biz_opaque_callback_data: key,
        })),
      }),
    );
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
    const began = performance.now();
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': sign(bytes, APP_SECRET) },
      body: new Uint8Array(bytes),
    });
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`a post was answered with ${response.status}`);
    return performance.now() - began;
  }
}

const body = (news: Record<string, unknown>): unknown => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: 'waba',
      changes: [{ field: 'messages', value: { metadata: { phone_number_id: PHONE_NUMBER_ID }, ...news } }],
    },
  ],
});
