import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

/** What every contender's app gets: its port, the window, the phones. `SERVER` is its state's keeper: Redis, Restate, Temporal. */
const environment = z.object({
  PORT: z.coerce.number(),
  WINDOW_MS: z.coerce.number(),
  PHONES: z.string(),
  SERVER: z.string(),
});
export const { PORT, WINDOW_MS: windowMs, PHONES, SERVER: serverAddress } = environment.parse(process.env);

const said = z.object({ from: z.string(), text: z.string(), id: z.string() });

/** The same front for all: a message is answered with 202 once `take` has it, with 500 when it has not; then it comes again. */
export function takeMessages(take: (from: string, text: string, id: string) => Promise<unknown>): void {
  createServer((request, response) => {
    void (async () => {
      if (request.method === 'GET') return response.end('ready');
      const message = said.parse(JSON.parse(await text(request)));
      await take(message.from, message.text, message.id);
      return response.writeHead(202).end('{}');
    })().catch(() => response.writeHead(500).end());
  }).listen(PORT, '127.0.0.1');
  process.on('SIGTERM', () => process.exit(0));
}

export const think = (texts: readonly string[]): string => `You said: ${texts.join(' ')}`;

/** Hands an answer to the phone network. `turn` tells answers apart that are not the same answer twice. */
export async function send(to: string, answer: string, turn: string): Promise<void> {
  const response = await fetch(PHONES, {
    method: 'POST',
    body: JSON.stringify({ to, text: answer, key: `${turn}/1` }),
  });
  if (!response.ok) throw new Error(`the phones refused with ${response.status}`);
}
