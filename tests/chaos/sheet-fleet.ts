import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from '../../start/root.ts';
import { TEST_KEY_HEX, type LiveShop } from '../support/live-shop.ts';

interface Worker {
  readonly process: ChildProcess;
  readonly ready: Promise<void>;
}

/** Some `npm run worker`, each a process of its own, on one Temporal and one database. */
export class Fleet {
  kills = 0;
  readonly #env: Readonly<Record<string, string>>;
  readonly #workers: Worker[] = [];
  #log = '';

  private constructor(env: Readonly<Record<string, string>>) {
    this.#env = env;
  }

  static async start(live: LiveShop, sheetsApiUrl: string, size: number): Promise<Fleet> {
    const fleet = new Fleet({
      TEMPORAL_ADDRESS: live.address,
      DATABASE_URL: live.databaseUrl,
      ENCRYPTION_KEY_HEX: TEST_KEY_HEX,
      ZAJEL_DATA: join(live.sheets, '..', 'workers'),
      SHEETS_API_URL: sheetsApiUrl,
      LOG_FORMAT: 'json',
      LOG_LEVEL: 'warn',
    });
    // The first one makes the workflows' bundle, which takes seconds; the others find it there.
    for (let index = 0; index < size; index += 1) {
      const worker = fleet.#launch();
      fleet.#workers.push(worker);
      await worker.ready;
    }
    return fleet;
  }

  get log(): string {
    return this.#log;
  }

  /** −9 for the next one in turn, and another in its place, until `done`: all live for `lifeMs`, then one dies. */
  async killInTurn(lifeMs: () => number, done: () => boolean): Promise<void> {
    for (let turn = 0; ; turn = (turn + 1) % this.#workers.length) {
      await Promise.all(this.#workers.map(({ ready }) => ready));
      const until = Date.now() + lifeMs();
      while (Date.now() < until && !done()) await pause(20);
      if (done()) return;
      await end(this.#workers[turn]);
      this.kills += 1;
      this.#workers[turn] = this.#launch();
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map(end));
  }

  #launch(): Worker {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(ROOT, 'start', 'worker.ts')],
      { cwd: ROOT, env: { ...process.env, ...this.#env }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const ready = new Promise<void>((isReady) => {
      let said = '';
      const keep = (bytes: Buffer): void => {
        said = (said + bytes.toString()).slice(-10_000);
        this.#log = (this.#log + bytes.toString()).slice(-100_000);
        if (said.includes('is running (worker)')) isReady();
      };
      child.stdout.on('data', keep);
      child.stderr.on('data', keep);
      child.once('exit', () => isReady());
    });
    return { process: child, ready };
  }
}

async function end(worker: Worker | undefined): Promise<void> {
  const child = worker?.process;
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
