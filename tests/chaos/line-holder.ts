import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive } from '../../channels/whatsapp-web/processes.ts';
import type { LineFleet } from './line-fleet.ts';

/** The process that holds the line now: whose claim lies in its folder. */
export async function holderOf(fleet: LineFleet): Promise<number> {
  let holder = 0;
  await fleet.until('a living worker holds the line', async () => {
    const claim = await readFile(fleet.paths.owner, 'utf8').catch(() => '');
    holder = Number(/"pid":(\d+)/.exec(claim)?.[1] ?? 0);
    return holder > 0 && isAlive(holder);
  });
  return holder;
}

const LOOK_EVERY_MS = 50;

/** Looks all the time at how many browsers are on the profile. Two would ruin the login. */
export class BrowserCount {
  #most = 0;
  #over = false;
  readonly #looking: Promise<void>;

  constructor(fleet: LineFleet) {
    this.#looking = this.#look(fleet);
  }

  async most(): Promise<number> {
    this.#over = true;
    await this.#looking;
    return this.#most;
  }

  async #look(fleet: LineFleet): Promise<void> {
    while (!this.#over) {
      this.#most = Math.max(this.#most, (await fleet.browsers()).length);
      await pause(LOOK_EVERY_MS);
    }
  }
}
