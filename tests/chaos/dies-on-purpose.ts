import { readFileSync } from 'node:fs';
import type { MerchantId } from '../../domain/ids.ts';
import { Database, type Tx } from '../../store/database.ts';
import { run } from '../../start/run.ts';
import { deathFile, statementOf } from './steps.ts';

/**
 * Zajel as `npm start` has it, that kills itself with −9 right before or right after the commit of one step of a
 * message's way. SIGUSR2 has it read which (`before:claimed`), when whatever an earlier death left behind is cleared up.
 */
let when = '';
let fatal: RegExp | null = null;
process.on('SIGUSR2', () => {
  const [moment = '', step = ''] = readFileSync(deathFile(process.env['ZAJEL_DATA'] ?? ''), 'utf8').split(
    ':',
  );
  when = moment;
  fatal = statementOf(step);
});

const real = Database.prototype.merchant;
Database.prototype.merchant = async function merchant<T>(
  this: Database,
  id: MerchantId,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const seen: string[] = [];
  const dieIfReached = (moment: 'before' | 'after'): void => {
    const deadly = fatal;
    if (when === moment && deadly !== null && seen.some((sql) => deadly.test(sql)))
      process.kill(process.pid, 'SIGKILL');
  };
  let result: T | undefined;
  await real.call(this, id, async (tx: Tx) => {
    result = await work({
      query: (sql, values) => {
        seen.push(sql);
        return tx.query(sql, values);
      },
      queue: (sql, values) => {
        seen.push(sql);
        tx.queue(sql, values);
      },
      withCommit: (sql, values) => {
        seen.push(sql);
        return tx.withCommit(sql, values);
      },
    });
    dieIfReached('before');
  });
  dieIfReached('after');
  return result as T;
};

await run('everything');
