import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

/** The phones at the far end of the contenders that have no network of their own: they outlive an app that is killed. */
const port = z.coerce.number().parse(process.env['PORT']);
const sent = z.object({ to: z.string(), text: z.string(), key: z.string() });
const outbox: (z.infer<typeof sent> & { at: string })[] = [];

createServer((request, response) => {
  if (request.method === 'GET') return response.end(JSON.stringify({ items: outbox, next: null }));
  text(request).then(
    (body) => {
      outbox.push({ ...sent.parse(JSON.parse(body)), at: new Date().toISOString() });
      response.end('{}');
    },
    () => response.writeHead(400).end(),
  );
  return undefined;
}).listen(port, '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
