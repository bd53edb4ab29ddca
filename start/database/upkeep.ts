import type { Engine } from './engine.ts';
import { frame, takeFrames } from './frames.ts';
import type { Turnstile } from './turnstile.ts';

/**
 * What the background processes of a full PostgreSQL do by themselves and a single session does not:
 * checkpoints (else the log grows for ever and the next start replays all of it) and vacuuming.
 */
const CHECKPOINT_EVERY_MS = 60_000;
const VACUUM_EVERY_MS = 5 * 60_000;
const ANALYSE_EVERY_MS = 5_000;

/** The one table that has gained most dead rows, so that a vacuum never holds up more than one table's work. */
const NEEDIEST_TABLE = `select quote_ident(schemaname) || '.' || quote_ident(relname) from pg_stat_user_tables
  where n_dead_tup > 500 + 0.2 * n_live_tup or n_mod_since_analyze > 500 + 0.2 * n_live_tup order by n_dead_tup desc limit 1`;

/**
 * The table that has grown most, by more than half, since it was last looked at. Every index begins with the merchant, and
 * of a table it knows nothing about PostgreSQL thinks that a merchant is as rare as a message: it reads all of a shop's
 * messages to find one, and keeps to that plan. A new shop's first busy minutes then cost more with every message.
 */
const MOST_GROWN_TABLE = `select quote_ident(schemaname) || '.' || quote_ident(relname) from pg_stat_user_tables
  where n_mod_since_analyze > 50 + 0.5 * n_live_tup order by n_mod_since_analyze desc limit 1`;

export function upkeep(engine: Engine, turnstile: Turnstile): () => void {
  let checkpointed = '';
  const ask = async (sql: string): Promise<string | null> => firstValue(await engine.run(frame('Q', sql)));

  const checkpoint = async (): Promise<void> => {
    const written = (await ask('select pg_current_wal_insert_lsn()')) ?? '';
    if (written === checkpointed) return;
    await ask('checkpoint');
    checkpointed = (await ask('select pg_current_wal_insert_lsn()')) ?? '';
  };
  const vacuum = async (): Promise<void> => {
    const table = await ask(NEEDIEST_TABLE);
    if (table !== null) await ask(`vacuum (analyze) ${table}`);
  };

  const analyse = async (): Promise<void> => {
    const table = await ask(MOST_GROWN_TABLE);
    if (table !== null) await ask(`analyze ${table}`);
  };

  const timers = [
    setInterval(() => turnstile.between(analyse), ANALYSE_EVERY_MS),
    setInterval(() => turnstile.between(checkpoint), CHECKPOINT_EVERY_MS),
    setInterval(() => turnstile.between(vacuum), VACUUM_EVERY_MS),
  ];
  return () => timers.forEach((timer) => clearInterval(timer));
}

function firstValue(answer: Buffer): string | null {
  const { frames } = takeFrames(answer);
  const failure = frames.find(({ type }) => type === 'E');
  if (failure !== undefined)
    throw new Error(`upkeep of the database: ${failure.bytes.toString('utf8', 5).replaceAll('\0', ' ')}`);
  const row = frames.find(({ type }) => type === 'D');
  return row === undefined || row.bytes.readInt32BE(7) < 0
    ? null
    : row.bytes.toString('utf8', 11, 11 + row.bytes.readInt32BE(7));
}
