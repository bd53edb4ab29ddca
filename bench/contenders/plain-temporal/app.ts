import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { z } from 'zod';
import { conversation, message } from './workflow.ts';

/** The app around that workflow: no store, no encryption, answers kept in memory. All settings are the defaults. */
const {
  TEMPORAL_ADDRESS: address,
  PORT,
  WINDOW_MS,
} = z
  .object({ TEMPORAL_ADDRESS: z.string(), PORT: z.coerce.number(), WINDOW_MS: z.coerce.number() })
  .parse(process.env);
const said = z.object({ from: z.string(), text: z.string() });

Runtime.install({ logger: new DefaultLogger('WARN') });
const outbox: { to: string; text: string; at: string; key: string }[] = [];
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  taskQueue: 'chat',
  workflowsPath: fileURLToPath(new URL('./workflow.ts', import.meta.url)),
  activities: {
    think: (texts: readonly string[]) => Promise.resolve(`You said: ${texts.join(' ')}`),
    send: (to: string, answer: string) =>
      Promise.resolve(
        void outbox.push({ to, text: answer, at: new Date().toISOString(), key: `${answer}/1` }),
      ),
  },
});
const client = new Client({ connection: await Connection.connect({ address }) });

createServer((request, response) => {
  void (async () => {
    if (request.method === 'GET') return response.end(JSON.stringify({ items: outbox, next: null }));
    const { from, text: fragment } = said.parse(JSON.parse(await text(request)));
    await client.workflow.signalWithStart(conversation, {
      workflowId: `conversation-${from}`,
      taskQueue: 'chat',
      args: [from, WINDOW_MS],
      signal: message,
      signalArgs: [fragment],
    });
    return response.writeHead(202).end('{}');
  })().catch(() => response.writeHead(500).end());
}).listen(PORT, '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
await worker.run();
