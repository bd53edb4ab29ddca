import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { orAbsent, replaceFile } from './files.ts';

/** Older sends are settled or with a person by now. */
const REMEMBERED_MS = 3 * 24 * 3600_000;

const entry = z.object({
  key: z.string(),
  chat: z.string(),
  hash: z.string(),
  atMs: z.number(),
  id: z.string().nullable(),
});
export type OwnSend = z.infer<typeof entry>;

/**
 * What this line has handed to the page: before the send its key, chat, a hash of its text and the time; afterwards
 * WhatsApp's id. It survives the process, because it is what tells our own message from the owner's typing, and what
 * settles a send whose answer was lost.
 */
export class OwnSends {
  readonly #file: string;
  readonly #byKey = new Map<string, OwnSend>();
  readonly #keyOfId = new Map<string, string>();
  readonly #flying = new Set<string>();

  private constructor(file: string) {
    this.#file = file;
  }

  static async read(file: string): Promise<OwnSends> {
    const sends = new OwnSends(file);
    const text = (await orAbsent(readFile(file, 'utf8'))) ?? '';
    for (const line of text.split('\n')) {
      const parsed = entry.safeParse(parse(line));
      // A torn last line belongs to a send that was not handed over.
      if (parsed.success && parsed.data.atMs > Date.now() - REMEMBERED_MS) sends.#keep(parsed.data);
    }
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await replaceFile(file, [...sends.#byKey.values()].map((one) => `${JSON.stringify(one)}\n`).join(''));
    return sends;
  }

  /** Before the page gets it. */
  async begin(key: string, chat: string, text: string): Promise<void> {
    this.#flying.add(key);
    await this.#write({ key, chat, hash: hashOf(text), atMs: Date.now(), id: null });
  }
  /** The page has answered, or never will. */
  landed(key: string): void {
    this.#flying.delete(key);
  }
  get anyFlying(): boolean {
    return this.#flying.size > 0;
  }
  isFlying(key: string | undefined): boolean {
    return key !== undefined && this.#flying.has(key);
  }
  async settle(key: string, id: string): Promise<void> {
    const send = this.#byKey.get(key);
    if (send && send.id !== id) await this.#write({ ...send, id });
  }

  of(key: string): OwnSend | null {
    return this.#byKey.get(key) ?? null;
  }
  keyOf(id: string): string | null {
    return this.#keyOfId.get(id) ?? null;
  }
  /** A send of this text to this chat whose id is not known yet, begun around that time. */
  unsettled(chat: string, text: string, atMs: number): OwnSend | null {
    const hash = hashOf(text);
    // WhatsApp's times are whole seconds and its clock is not ours.
    const near = (one: OwnSend): boolean => atMs >= one.atMs - 5_000 && atMs <= one.atMs + 10 * 60_000;
    return (
      [...this.#byKey.values()].find(
        (one) => one.id === null && one.chat === chat && one.hash === hash && near(one),
      ) ?? null
    );
  }

  async #write(send: OwnSend): Promise<void> {
    this.#keep(send);
    await appendFile(this.#file, `${JSON.stringify(send)}\n`, { mode: 0o600 });
  }
  #keep(send: OwnSend): void {
    this.#byKey.set(send.key, send);
    if (send.id !== null) this.#keyOfId.set(send.id, send.key);
  }
}

export const hashOf = (text: string): string => createHash('sha256').update(text.trim()).digest('base64url');

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
