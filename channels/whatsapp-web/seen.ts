import { z } from 'zod';
import { readJson, replaceFile } from './files.ts';

/** Saved at most this often; what is read twice after a crash is recognised by its id. */
const SAVE_EVERY_MS = 2_000;

/** Up to which moment this line's messages have been handed on. What is younger is read again on return. */
export class Seen {
  readonly #file: string;
  #untilMs: number | null;
  #savedAtMs = 0;
  #owed = false;

  private constructor(file: string, untilMs: number | null) {
    this.#file = file;
    this.#untilMs = untilMs;
  }
  static async read(file: string): Promise<Seen> {
    const kept = z.object({ untilMs: z.number() }).safeParse(await readJson(file));
    return new Seen(file, kept.data?.untilMs ?? null);
  }

  /** Null on the first link: what was in the chats before is the baseline and is not answered. */
  get untilMs(): number | null {
    return this.#untilMs;
  }
  async start(atMs: number): Promise<void> {
    this.#untilMs = atMs;
    await this.save();
  }
  /** While messages of the time before are still owed, younger ones must not move the mark past them. */
  owe(owed: boolean): void {
    this.#owed = owed;
  }
  async handedOn(atMs: number): Promise<void> {
    if (this.#owed) return;
    // A sender's clock may run ahead; a mark in the future would hide what comes next.
    this.#untilMs = Math.max(this.#untilMs ?? 0, Math.min(atMs, Date.now()));
    if (Date.now() - this.#savedAtMs >= SAVE_EVERY_MS) await this.save();
  }
  async save(): Promise<void> {
    if (this.#untilMs === null) return;
    this.#savedAtMs = Date.now();
    await replaceFile(this.#file, JSON.stringify({ untilMs: this.#untilMs }));
  }
}
