import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { parentOf, signal } from '../processes.ts';

const START_WITHIN_MS = 60_000;

/** A PostgreSQL server of its own, which can be killed, frozen, and started again on the same files. */
export class OwnPostgres {
  readonly port: number;
  readonly #programs: string;
  readonly #folder: string;
  #server: ChildProcess | null = null;

  private constructor(programs: string, folder: string, port: number) {
    this.#programs = programs;
    this.#folder = folder;
    this.port = port;
  }

  /** `from`: the data folder of one that was stopped, to begin as its copy. @default an empty one */
  static async start(programs: string, port: number, from?: string): Promise<OwnPostgres> {
    const folder = mkdtempSync(join(tmpdir(), 'zajel-postgres-'));
    const user = nobodysRoot();
    if (user !== null) chownSync(folder, user.uid, user.gid);
    const data = join(folder, 'data');
    if (from !== undefined) execFileSync('cp', ['-a', from, data]);
    else
      execFileSync(
        join(programs, 'initdb'),
        ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8'],
        { stdio: 'ignore', cwd: folder, ...user },
      );
    const postgres = new OwnPostgres(programs, folder, port);
    await postgres.start();
    return postgres;
  }

  /** Also after a kill: the one before leaves its shared memory only when the last of its children has noticed. */
  async start(): Promise<void> {
    for (const end = Date.now() + START_WITHIN_MS; ;) {
      this.#launch();
      if (await this.#answers(end)) return;
      if (Date.now() > end) throw new Error('PostgreSQL does not start');
      await pause(200);
    }
  }

  async kill(): Promise<void> {
    for (const pid of this.pids().toReversed()) signal(pid, 'SIGKILL');
    await this.#gone();
  }
  freeze(): void {
    for (const pid of this.pids()) signal(pid, 'SIGSTOP');
  }
  thaw(): void {
    for (const pid of this.pids()) signal(pid, 'SIGCONT');
  }

  /** In order, its files at rest; afterwards they may be copied. */
  async stop(): Promise<string> {
    const server = this.#server?.pid;
    if (server !== undefined) signal(server, 'SIGINT');
    await this.#gone();
    return join(this.#folder, 'data');
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #launch(): void {
    const args = ['-D', join(this.#folder, 'data'), '-k', this.#folder, '-p', String(this.port)];
    this.#server = spawn(
      join(this.#programs, 'postgres'),
      [...args, '-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200'],
      { stdio: 'ignore', cwd: this.#folder, ...nobodysRoot() },
    );
  }

  /** False when the server ended instead. */
  async #answers(deadline: number): Promise<boolean> {
    for (;;) {
      if (this.#server === null || this.#server.exitCode !== null || this.#server.signalCode !== null)
        return false;
      const client = new Client({
        host: '127.0.0.1',
        port: this.port,
        user: 'postgres',
        database: 'postgres',
      });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.query('select 1');
        return true;
      } catch (notYet) {
        if (Date.now() > deadline) throw notYet;
        await pause(100);
      } finally {
        await client.end();
      }
    }
  }

  async #gone(): Promise<void> {
    const server = this.#server;
    if (server !== null && server.exitCode === null && server.signalCode === null) await once(server, 'exit');
  }

  /** The server and its children, each of which is a session of its own. */
  pids(): number[] {
    const server = this.#server?.pid;
    if (server === undefined || this.#server?.exitCode !== null) return [];
    const children = readdirSync('/proc').filter(
      (name) => /^\d+$/.test(name) && parentOf(Number(name)) === server,
    );
    return [server, ...children.map(Number)];
  }
}

/** PostgreSQL does not run as root: then as the user that Debian's package made. */
function nobodysRoot(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
