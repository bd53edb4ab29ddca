import { chatContender } from '../chat-contender.ts';
import { redis, redisMissing } from '../redis.ts';

/** A delayed job per window, and a buffer that is taken in one step. */
export const bullmq = chatContender({
  name: 'BullMQ + Redis',
  app: new URL('./app.ts', import.meta.url),
  missing: redisMissing,
  keeper: redis,
});
