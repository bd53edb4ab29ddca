import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { send, serverAddress, takeMessages, think, windowMs } from '../chat-app.ts';

/**
 * The first fragment adds a job that is delayed by the window; the job takes the whole buffer in one step by renaming it to
 * a name of its own, so that a fragment is in one turn only, and a job that is repeated after a crash finds its fragments.
 */
const connection = { port: Number(serverAddress), host: '127.0.0.1', maxRetriesPerRequest: null };
const redis = new Redis(connection);
const queue = new Queue<{ customer: string }>('turns', { connection });

const TAKE = `if redis.call('exists', KEYS[2]) == 0 and redis.call('exists', KEYS[1]) == 1 then redis.call('rename', KEYS[1], KEYS[2]) end
return redis.call('lrange', KEYS[2], 0, -1)`;

new Worker<{ customer: string }>(
  'turns',
  async ({ id = '', data: { customer } }) => {
    const taken = `taken:${id}`;
    const texts = z.array(z.string()).parse(await redis.eval(TAKE, 2, `buffer:${customer}`, taken));
    if (texts.length > 0) await send(customer, think(texts), id);
    await redis.del(taken);
  },
  { connection, concurrency: 50 },
);

takeMessages(async (from, text, id) => {
  // A provider's redelivery is no second message.
  if ((await redis.set(`seen:${id}`, '1', 'EX', 86_400, 'NX')) === null) return;
  if ((await redis.rpush(`buffer:${from}`, text)) === 1)
    await queue.add(
      'turn',
      { customer: from },
      {
        delay: windowMs,
        attempts: 3,
        backoff: { type: 'exponential', delay: 1_000 },
        removeOnComplete: true,
      },
    );
});
