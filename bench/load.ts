import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

/**
 * The customers, in a process of their own. They come when they come (open loop, exponential gaps), whether or not
 * the shop keeps up: a slow shop gets no mercy, and its queue shows in the figures.
 */
const order = z.object({
  messagesUrl: z.string(),
  headers: z.record(z.string(), z.string()),
  rate: z.number(),
  seconds: z.number(),
  name: z.string(),
});
export type LoadOrder = z.infer<typeof order>;

/** What the customers know: whom they were, when each first message left, how long each wait for the 202 was. */
export const loadReport = z.object({
  customers: z.array(z.object({ customer: z.string(), beganAtMs: z.number() })),
  acceptMs: z.array(z.number()),
  refused: z.number(),
});
export type LoadReport = z.infer<typeof loadReport>;

const FRAGMENTS = [
  ['السلام عليكم', 'بكم', 'القميص القطن؟'],
  ['هلا', 'عندكم عطر', 'العود؟'],
  ['hi', 'how much is', 'the leather bag?'],
  ['سلام', 'شحال', 'الشنطة الجلد؟'],
] as const;
export const FRAGMENT_GAP_MS = 700;
/** A provider repeats what was not accepted, for days; here as long as the busiest machine may need to start again. */
const TRIES = 600;

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

export async function generate({
  messagesUrl,
  headers,
  rate,
  seconds,
  name,
}: LoadOrder): Promise<LoadReport> {
  const report: { customers: LoadReport['customers']; acceptMs: number[]; refused: number } = {
    customers: [],
    acceptMs: [],
    refused: 0,
  };
  const post = (body: unknown): Promise<number> =>
    new Promise((resolve) => {
      const call = request(
        messagesUrl,
        { method: 'POST', agent, headers: { ...headers, 'content-type': 'application/json' } },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
        },
      );
      call.on('error', () => resolve(0));
      call.end(JSON.stringify(body));
    });
  const say = async (from: string, text: string, id: string): Promise<void> => {
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const askedAt = performance.now();
      const status = await post({ from, text, id });
      if (status === 202) {
        report.acceptMs.push(performance.now() - askedAt);
        return;
      }
      report.refused += 1;
      await pause(500);
    }
    // Nobody's message was lost: it never came in, and whoever reads "lost" in the table would look in the wrong place.
    throw new Error(`${id} was refused ${TRIES} times: what is measured does not answer`);
  };
  const turn = async (number: number): Promise<void> => {
    const customer = `${name}-${number}`;
    const fragments = FRAGMENTS[number % FRAGMENTS.length] ?? FRAGMENTS[0];
    report.customers.push({ customer, beganAtMs: Date.now() });
    await Promise.all(
      fragments.map(async (text, index) => {
        await pause(index * FRAGMENT_GAP_MS);
        await say(customer, text, `${customer}-${index}`);
      }),
    );
  };

  const turns: Promise<void>[] = [];
  const began = performance.now();
  for (let due = 0, number = 0; due < seconds * 1000; number += 1) {
    await pause(Math.max(began + due - performance.now(), 0));
    turns.push(turn(number));
    due += (-Math.log(1 - Math.random()) * 1000) / rate;
  }
  await Promise.all(turns);
  return report;
}

if (process.send !== undefined && process.argv[1]?.endsWith('load.ts') === true) {
  process.once('message', (message: unknown) => {
    void generate(order.parse(message)).then((report) => process.send?.(report, () => process.exit(0)));
  });
}
