import { chatContender } from '../chat-contender.ts';
import { redis, redisMissing } from '../redis.ts';

/** What Zajel replaces: a JSON value that is read, changed and written under a lock, and a timer in the process. */
export const replaced = chatContender({
  name: 'the replaced design',
  app: new URL('./app.ts', import.meta.url),
  missing: redisMissing,
  keeper: redis,
});
