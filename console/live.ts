import type { Api } from './api.ts';

export type LiveState = 'on' | 'polling' | 'off';
type Listener = () => void;

/** The kinds of event the feed carries by name; unnamed ones arrive as `message`. */
const KINDS = [
  'message',
  'message.received',
  'message.changed',
  'message.sent',
  'message.status',
  'conversation.changed',
  'conversation.needs-human',
  'line.state',
  'order.updated',
  'alert',
];
/** Often enough to feel alive without events, rare enough for a phone's battery. */
const POLL_MS = 3_000;
/** A burst of events becomes one look. */
const GATHER_MS = 120;
const REOPEN_MS = { first: 1_000, longest: 30_000 } as const;

/**
 * Tells whoever shows something that it may have changed. The browser reconnects the stream by itself (with
 * Last-Event-ID); when the ticket has expired meanwhile a new one is asked for, and until the stream is back
 * the pages look every few seconds. An event is only ever a reason to look, so one lost costs nothing.
 */
export class Live {
  readonly #api: Api;
  readonly #merchant: string;
  readonly #listeners = new Set<Listener>();
  readonly #stateListeners = new Set<(state: LiveState) => void>();
  #source: EventSource | null = null;
  #poll: ReturnType<typeof setInterval> | null = null;
  #gathering: ReturnType<typeof setTimeout> | null = null;
  #reopen: ReturnType<typeof setTimeout> | null = null;
  #pauseMs: number = REOPEN_MS.first;
  #stopped = false;
  state: LiveState = 'polling';

  constructor(api: Api, merchant: string) {
    this.#api = api;
    this.#merchant = merchant;
  }

  start(): void {
    void this.#open();
  }

  stop(): void {
    this.#stopped = true;
    this.#source?.close();
    for (const timer of [this.#gathering, this.#reopen]) if (timer !== null) clearTimeout(timer);
    this.#stopPolling();
  }

  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  onState(listener: (state: LiveState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => void this.#stateListeners.delete(listener);
  }

  /** Something the operator did has changed the world: look now, don't wait for the event. */
  touch(): void {
    this.#gathering ??= setTimeout(() => {
      this.#gathering = null;
      for (const listener of this.#listeners) listener();
    }, GATHER_MS);
  }

  async #open(): Promise<void> {
    let ticket: string;
    try {
      ({ ticket } = await this.#api.eventTicket());
    } catch {
      // Not reachable, or no events on this server: polling goes on either way and tells the page which.
      this.#later();
      return;
    }
    if (this.#stopped) return;
    const source = new EventSource(
      `/api/events?${new URLSearchParams({ merchant: this.#merchant, ticket }).toString()}`,
    );
    this.#source = source;
    source.addEventListener('open', () => {
      this.#pauseMs = REOPEN_MS.first;
      this.#stopPolling();
      this.#move('on');
      this.touch();
    });
    source.addEventListener('error', () => {
      this.#startPolling();
      if (source.readyState === EventSource.CLOSED) this.#later();
    });
    for (const kind of KINDS) source.addEventListener(kind, () => this.touch());
  }

  #later(): void {
    this.#startPolling();
    if (this.#stopped || this.#reopen !== null) return;
    this.#reopen = setTimeout(() => {
      this.#reopen = null;
      void this.#open();
    }, this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, REOPEN_MS.longest);
  }

  #startPolling(): void {
    if (this.#stopped) return;
    if (this.state === 'on') this.#move('polling');
    this.#poll ??= setInterval(() => this.touch(), POLL_MS);
  }

  #stopPolling(): void {
    if (this.#poll !== null) clearInterval(this.#poll);
    this.#poll = null;
  }

  /** Whether calls get through, as those who make them find out. */
  heard(reachable: boolean): void {
    if (!reachable) {
      this.#startPolling();
      this.#move('off');
    } else if (this.state === 'off') {
      this.#move(this.#source?.readyState === EventSource.OPEN ? 'on' : 'polling');
    }
  }

  #move(state: LiveState): void {
    if (this.state === state) return;
    this.state = state;
    for (const listener of this.#stateListeners) listener(state);
  }
}
