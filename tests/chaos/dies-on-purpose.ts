import type { MerchantId } from '../../domain/ids.ts';
import { Database, type Tx } from '../../store/database.ts';
import { run } from '../../start/run.ts';

/**
 * Zajel as `npm start` has it, that kills itself with −9 right before or right after the commit of its n-th
 * transaction for a merchant. `DIE=before:3`; counting begins with SIGUSR2, when whatever an earlier death left
 * behind has been cleared up.
 */
const [when, nth] = (process.env['DIE'] ?? 'never:0').split(':');
let counting = false;
let count = 0;
process.on('SIGUSR2', () => {
  counting = true;
});

const dieAt = (moment: 'before' | 'after', number: number): void => {
  if (when === moment && Number(nth) === number) process.kill(process.pid, 'SIGKILL');
};

const real = Database.prototype.merchant;
Database.prototype.merchant = async function merchant<T>(
  this: Database,
  id: MerchantId,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  if (!counting) return real.call(this, id, work) as Promise<T>;
  const number = (count += 1);
  const result = await real.call(this, id, async (tx: Tx) => {
    const done = await work(tx);
    dieAt('before', number);
    return done;
  });
  dieAt('after', number);
  return result as T;
};

await run('everything');
