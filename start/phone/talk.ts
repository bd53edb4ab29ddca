import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { NotThere, type Conversation, type PhoneNetwork, type Received } from './network.ts';
import type { RunLinks } from './run-link.ts';

/** What goes on, as far as somebody with the phone in hand wants to know. */
export type Standing =
  | { readonly kind: 'quiet' }
  | { readonly kind: 'window'; readonly endsAtMs: number; readonly count: number }
  | { readonly kind: 'thinking' | 'sending' }
  | { readonly kind: 'waiting'; readonly reason: string }
  | { readonly kind: 'human' }
  | { readonly kind: 'away'; readonly sentence: string };

export interface Screen {
  received(message: Received & { readonly by: 'bot' | 'human' }): void;
  run(link: string): void;
  standing(now: Standing): void;
}

const LOOK_EVERY_MS = 250;
const TRY_AGAIN_EVERY_MS = 1_000;
/** How long a script's phone waits for a Zajel that went away, or for an answer that may never come. */
const PATIENCE_MS = 60_000;

/** One phone's talk with the shop: what was typed goes out in order, what arrives is shown. */
export class Talk {
  readonly #network: PhoneNetwork;
  readonly #links: RunLinks;
  readonly #screen: Screen;
  #shown: number;
  #sending: Promise<void> = Promise.resolve();
  #unsent = 0;
  #typed = 0;
  #over = false;
  readonly #turnsShown = new Set<string>();
  #quiet = true;

  /** @throws where Zajel isn't there, or has no such line */
  static async begin(network: PhoneNetwork, links: RunLinks, screen: Screen): Promise<Talk> {
    return new Talk(network, links, screen, (await network.received()).length);
  }

  private constructor(network: PhoneNetwork, links: RunLinks, screen: Screen, shown: number) {
    this.#network = network;
    this.#links = links;
    this.#screen = screen;
    this.#shown = shown;
  }

  /** In order, each until it is accepted: the same id, so that trying again doubles nothing. */
  say(text: string): void {
    const id = `phone-${randomUUID()}`;
    this.#unsent += 1;
    this.#typed += 1;
    this.#quiet = false;
    this.#sending = this.#sending.then(async () => {
      while (!this.#over && !(await this.#said(text, id))) await pause(TRY_AGAIN_EVERY_MS);
      this.#unsent -= 1;
    });
    // Whoever follows the talk hears of it; nobody waits for a single message.
    this.#sending.catch(() => undefined);
  }

  /** Shows what happens until `end`. */
  async follow(): Promise<void> {
    while (!this.#over) {
      await this.#look();
      // A message that is refused for good ends the talk.
      await Promise.race([this.#sending.then(() => pause(LOOK_EVERY_MS)), pause(LOOK_EVERY_MS)]);
    }
  }

  /** Everything typed is in, and nothing more is on its way. @throws NotThere where that does not come about */
  async settled(): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (this.#unsent > 0 || !this.#quiet) {
      if (Date.now() > deadline) throw new NotThere(`nothing more came within ${PATIENCE_MS / 1000} s`);
      await pause(LOOK_EVERY_MS);
    }
  }

  end(): void {
    this.#over = true;
  }

  async #said(text: string, id: string): Promise<boolean> {
    try {
      await this.#network.say(text, id);
      return true;
    } catch (error) {
      if (!(error instanceof NotThere)) throw error;
      this.#screen.standing({ kind: 'away', sentence: error.message });
      return false;
    }
  }

  async #look(): Promise<void> {
    try {
      const unsent = this.#unsent;
      const typed = this.#typed;
      // The talk first: what it calls quiet has nothing on its way that the phone could still be missing.
      const conversation = await this.#network.conversation();
      const all = await this.#network.received();
      for (const message of all.slice(this.#shown)) await this.#show(message, conversation);
      this.#shown = all.length;
      const now = standingOf(conversation);
      // What was typed while this look was under way has not been looked at.
      this.#quiet = unsent === 0 && typed === this.#typed && (now.kind === 'quiet' || now.kind === 'human');
      this.#screen.standing(now);
    } catch (error) {
      if (!(error instanceof NotThere)) throw error;
      this.#screen.standing({ kind: 'away', sentence: error.message });
    }
  }

  async #show(message: Received, conversation: Conversation | null): Promise<void> {
    const said = conversation?.messages.find(({ key }) => key === message.key);
    const turn = message.key.slice(0, message.key.lastIndexOf('/'));
    this.#screen.received({ ...message, by: said?.by === 'human' ? 'human' : 'bot' });
    if (message.part < message.parts || conversation === null || this.#turnsShown.has(turn)) return;
    this.#turnsShown.add(turn);
    const link = await this.#links.of(conversation.workflowId, turn);
    if (link !== null) this.#screen.run(link);
  }
}

function standingOf(conversation: Conversation | null): Standing {
  if (conversation === null) return { kind: 'quiet' };
  const { phase, window, waiting } = conversation;
  switch (phase) {
    case 'idle':
      return { kind: 'quiet' };
    case 'gathering':
      return window === null
        ? { kind: 'thinking' }
        : { kind: 'window', endsAtMs: Date.parse(window.endsAt), count: window.count };
    case 'thinking':
    case 'sending':
      return { kind: phase };
    case 'waiting':
      return { kind: 'waiting', reason: waiting?.reason ?? 'unknown' };
    case 'human':
      return { kind: 'human' };
  }
}
