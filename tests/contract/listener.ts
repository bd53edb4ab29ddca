import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer } from '../doubles/far-end/server.ts';

/** Stands where Zajel's webhooks will be: keeps what is posted, and answers what the test says. */
export async function listener(
  hear: (body: Buffer, headers: IncomingHttpHeaders) => unknown,
  answer: () => number = () => 200,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = await startServer({}, ({ raw, headers, reply }) => {
    const status = answer();
    if (status === 200) hear(raw, headers);
    reply(status, 'ok');
  });
  return { url: server.url, close: () => server.close() };
}

/** Waits for something to have happened; the test's own time limit ends it. */
export async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await sleep(5);
}
