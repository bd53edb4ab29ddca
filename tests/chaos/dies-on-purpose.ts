import type { MerchantId } from '../../domain/ids.ts';
import { Database, type Tx } from '../../store/database.ts';
import { run } from '../../start/run.ts';
import { isStep, STEPS } from './steps.ts';

/**
 * Zajel as `npm start` has it, that kills itself with −9 right before or right after the commit of one step of a
 * message's way. `DIE=before:claimed`; armed by SIGUSR2, when whatever an earlier death left behind is cleared up.
 */
const [when, step = ''] = (process.env['DIE'] ?? '').split(':');
const fatal = isStep(step) ? STEPS[step] : null;
let armed = false;
process.on('SIGUSR2', () => {
  armed = true;
});
const dieAt = (moment: 'before' | 'after'): void => {
  if (when === moment) process.kill(process.pid, 'SIGKILL');
};

const real = Database.prototype.merchant;
Database.prototype.merchant = async function merchant<T>(
  this: Database,
  id: MerchantId,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  let reached = false;
  const watch = (sql: string): void => {
    reached ||= armed && fatal !== null && fatal.test(sql);
  };
  const result = await real.call(this, id, async (tx: Tx) => {
    const done = await work({
      query: (sql, values) => (watch(sql), tx.query(sql, values)),
      queue: (sql, values) => (watch(sql), tx.queue(sql, values)),
    });
    if (reached) dieAt('before');
    return done;
  });
  if (reached) dieAt('after');
  return result as T;
};

await run('everything');
