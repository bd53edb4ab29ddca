import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { bornAt, isAlive } from './processes.ts';
import { refusals } from './refused.ts';
import { absent, codeOf } from './files.ts';

const ownership = z.object({
  pid: z.number(),
  born: z.string().nullable(),
  host: z.string(),
  token: z.string(),
  at: z.number(),
});
type Ownership = z.infer<typeof ownership>;

/** A holder on another machine (a shared volume) that has not renewed for this long is gone: the line's fail-over goal is 45 s. */
const FOREIGN_STALE_MS = 35_000;

export interface Claim {
  /** Says "still here" to other machines. Throws when the line has been taken over in the meantime. */
  renew(): Promise<void>;
  release(): Promise<void>;
}

/** Takes a line's folder for this process, or says who has it. Two browsers never share a profile. */
export async function claim(file: string): Promise<Claim> {
  const mine: Ownership = {
    pid: process.pid,
    born: await bornAt(process.pid),
    host: hostname(),
    token: randomUUID(),
    at: Date.now(),
  };
  for (let attempt = 0; ; attempt++) {
    if (await create(file, mine)) break;
    const other = await read(file);
    if (other && ((await lives(other)) || attempt > 5))
      throw refusals.inUse(`process ${other.pid} on ${other.host}`);
    if (other) await moveAway(file, other, mine.token);
  }
  const stillMine = async (): Promise<boolean> => (await read(file))?.token === mine.token;
  return {
    async renew() {
      if (!(await stillMine())) throw refusals.inUse('another worker, which has taken it over');
      const next = `${file}.${mine.token}`;
      await writeFile(next, JSON.stringify({ ...mine, at: Date.now() }), { mode: 0o600 });
      await rename(next, file);
    },
    async release() {
      if (await stillMine()) await rm(file, { force: true });
    },
  };
}

/** Written aside and linked into place: whoever reads the file reads it whole. */
async function create(file: string, mine: Ownership): Promise<boolean> {
  const draft = `${file}.${mine.token}`;
  try {
    await writeFile(draft, JSON.stringify(mine), { mode: 0o600 });
    await link(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw refusals.notWritable(path.dirname(file), error);
  } finally {
    await rm(draft, { force: true });
  }
}

async function read(file: string): Promise<Ownership | null> {
  try {
    return ownership.safeParse(JSON.parse(await readFile(file, 'utf8'))).data ?? null;
  } catch (error) {
    if (absent(error) || error instanceof SyntaxError) return null;
    throw error;
  }
}

async function lives(other: Ownership): Promise<boolean> {
  if (other.host !== hostname()) return Date.now() - other.at < FOREIGN_STALE_MS;
  return isAlive(other.pid) && (other.born === null || (await bornAt(other.pid)) === other.born);
}

/** Of two that find a dead owner only one moves it; who has moved a living one by mistake puts it back. */
async function moveAway(file: string, dead: Ownership, token: string): Promise<void> {
  const aside = `${file}.${token}.stale`;
  try {
    await rename(file, aside);
    if ((await read(aside))?.token !== dead.token) await link(aside, file);
  } catch (error) {
    if (!absent(error) && codeOf(error) !== 'EEXIST') throw error;
  }
  await rm(aside, { force: true });
}
