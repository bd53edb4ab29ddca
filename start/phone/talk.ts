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
/** A busy machine's Temporal UI is asked this often for one run: 1.5 s each. */
const LINK_ATTEMPTS = 10;

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
  /** Turns whose run is still to be linked, and how often that was tried. */
  readonly #unlinked = new Map<string, number>();
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
      const arrived = all.slice(this.#shown);
      const isKnown = arrived.every(({ key }) => conversation?.messages.some((one) => one.key === key));
      // What came between the two questions is told by asking again.
      const whole = isKnown ? conversation : await this.#network.conversation();
      for (const message of arrived) this.#show(message, whole);
      this.#shown = all.length;
      if (whole !== null) await this.#link(whole.workflowId);
      const now = standingOf(conversation);
      // What was typed while this look was under way has not been looked at.
      this.#quiet =
        unsent === 0 &&
        typed === this.#typed &&
        this.#unlinked.size === 0 &&
        (now.kind === 'quiet' || now.kind === 'human');
      this.#screen.standing(now);
    } catch (error) {
      if (!(error instanceof NotThere)) throw error;
      this.#screen.standing({ kind: 'away', sentence: error.message });
    }
  }

  #show(message: Received, conversation: Conversation | null): void {
    const said = conversation?.messages.find(({ key }) => key === message.key);
    const turn = message.key.slice(0, message.key.lastIndexOf('/'));
    this.#screen.received({ ...message, by: said?.by === 'human' ? 'human' : 'bot' });
    if (message.part < message.parts || this.#turnsShown.has(turn)) return;
    this.#turnsShown.add(turn);
    this.#unlinked.set(turn, 0);
  }

  /** The answer is shown at once; the way to its run follows when the UI tells it. */
  async #link(workflowId: string): Promise<void> {
    for (const [turn, attempts] of this.#unlinked) {
      const link = await this.#links.of(workflowId, turn);
      if (link.kind === 'here') this.#screen.run(link.url);
      if (link.kind === 'slow' && attempts < LINK_ATTEMPTS) this.#unlinked.set(turn, attempts + 1);
      else this.#unlinked.delete(turn);
    }
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
