import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PoolConfig } from 'pg';
import { startEmbeddedDatabase, type EmbeddedDatabase } from '../../start/database/embedded.ts';

/** Whoever asks a test's database waits for as long as a busy machine needs. */
export const PATIENT = { connectionTimeoutMillis: 30_000 } as const;

export interface TemporaryDatabase {
  readonly folder: string;
  readonly connection: PoolConfig;
  /** Closes it and leaves its folder, for whoever opens that again. */
  stop(): Promise<void>;
  remove(): Promise<void>;
}

/** A real PostgreSQL of its own. Creating one takes seconds, copying one that was created before does not. */
export async function temporaryDatabase(): Promise<TemporaryDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'zajel-test-'));
  await copyEmptyDatabase(folder);
  const database = await startEmbeddedDatabase({ dataDir: folder });
  return {
    folder,
    connection: { ...database.connection, ...PATIENT },
    stop: () => database.stop(),
    async remove() {
      await database.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An embedded database as it is just after its making, in a data folder. */
export async function copyEmptyDatabase(folder: string): Promise<void> {
  const template = join(tmpdir(), `zajel-test-template-${engineVersion()}`);
  if (!existsSync(template)) await makeTemplate(template);
  cpSync(join(template, 'postgres'), join(folder, 'postgres'), { recursive: true });
}

async function makeTemplate(template: string): Promise<void> {
  const making = mkdtempSync(`${template}-making-`);
  const database: EmbeddedDatabase = await startEmbeddedDatabase({ dataDir: making });
  await database.stop();
  try {
    renameSync(making, template);
  } catch (taken) {
    // Another test file made it meanwhile: that one will do.
    if (!existsSync(template)) throw taken;
    rmSync(making, { recursive: true, force: true });
  }
}

function engineVersion(): string {
  const manifest = readFileSync(
    new URL('../../node_modules/@electric-sql/pglite/package.json', import.meta.url),
  );
  return createHash('sha256').update(manifest).digest('hex').slice(0, 12);
}
