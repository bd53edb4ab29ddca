import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** A message as the page's servers keep it. Everything beside these fields (media, quotes, buttons…) passes through. */
export interface WireMessage {
  id: string;
  /** The chat it stands in: `<digits>@c.us`, `<n>@lid`, `<n>@g.us`, `status@broadcast`. */
  chat: string;
  fromMe: boolean;
  from: string;
  to: string;
  author?: string;
  type: string;
  body: string;
  /** Seconds, as on the wire. */
  t: number;
  ack: number;
  identity?: Identity;
  [more: string]: unknown;
}
export interface Identity {
  pn: string;
  lid: string;
}
export interface Sent {
  id: string;
  chat: string;
  text: string;
  at: number;
}
export interface Account {
  pn: string;
  lid: string;
  name: string;
  messages: WireMessage[];
  unread: Record<string, number>;
  /** What reached "WhatsApp" from linked devices: one entry per accepted message, so that doubles show. */
  sent: Sent[];
  typing: { chat: string; on: boolean; at: number }[];
}
export interface Person {
  exists: boolean;
  lid?: string;
  /** Whether WhatsApp addresses this person by `@lid` instead of the number. */
  byLid?: boolean;
}
interface Durable {
  accounts: Record<string, Account>;
  /** token of a linked device → the account's number */
  devices: Record<string, string>;
  people: Record<string, Person>;
}
export interface PageEvent {
  seq: number;
  type: string;
  [more: string]: unknown;
}

/** What the next send of the page meets. `accepted-silence` is the case that nobody can tell from `silence`. */
export type SendFault = 'none' | 'silence' | 'accepted-silence' | 'error';

/** All that the double remembers: the phones, WhatsApp's servers, and the faults that tests ask for. */
export class World {
  readonly file: string | null;
  accounts: Record<string, Account> = {};
  devices: Record<string, string> = {};
  people: Record<string, Person> = {};
  queues = new Map<string, PageEvent[]>();
  refs: { ref: string; session: string }[] = [];
  refsShown = 0;
  codes: { code: string; session: string | null; phone: string }[] = [];
  seq = 0;
  /** How many messages pages have tried to send, whatever became of them. */
  sendsAsked = 0;
  faults: { withoutReady: number; send: SendFault; network: 'up' | 'cut'; existsAnswersNull: boolean } = {
    withoutReady: 0,
    send: 'none',
    network: 'up',
    existsAnswersNull: false,
  };
  timings: { refMs: number; refs: number; syncDelayMs: number; autoAck: number } = {
    refMs: 20_000,
    refs: 6,
    syncDelayMs: 50,
    autoAck: 1,
  };
  readonly #waiting = new Map<string, () => void>();

  constructor(file: string | null) {
    this.file = file;
    if (file === null) return;
    try {
      const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
      Object.assign(this, kept);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }

  save(): void {
    if (this.file === null) return;
    const durable: Durable = { accounts: this.accounts, devices: this.devices, people: this.people };
    writeFileSync(`${this.file}.new`, JSON.stringify(durable));
    renameSync(`${this.file}.new`, this.file);
  }

  account(digits: string): Account {
    const account = (this.accounts[digits] ??= {
      pn: `${digits}@c.us`,
      lid: `9${digits}@lid`,
      name: 'متجر التجربة',
      messages: [],
      unread: {},
      sent: [],
      typing: [],
    });
    return account;
  }
  accountOf(token: string | null): Account | null {
    const digits = token === null ? undefined : this.devices[token];
    return digits === undefined ? null : this.account(digits);
  }

  /** Links the device behind a session to an account, as a scan does. */
  link(session: string, digits: string): string {
    const token = randomUUID();
    this.account(digits);
    this.devices[token] = digits;
    this.save();
    this.push(session, { type: 'paired', token });
    return token;
  }

  push(session: string, event: { type: string; [more: string]: unknown }): void {
    const queue = this.queues.get(session) ?? [];
    queue.push({ seq: ++this.seq, ...event });
    this.queues.set(session, queue);
    this.#waiting.get(session)?.();
  }
  pushToDevices(digits: string, event: { type: string; [more: string]: unknown }): void {
    for (const [token, owner] of Object.entries(this.devices)) if (owner === digits) this.push(token, event);
  }

  /** Long poll: at once when something waits, else when something comes or the time is over. */
  async eventsAfter(session: string, after: number, waitMs: number): Promise<PageEvent[]> {
    const ready = (): PageEvent[] => (this.queues.get(session) ?? []).filter((event) => event.seq > after);
    if (ready().length === 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        this.#waiting.set(session, () => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    const events = ready();
    this.queues.set(session, events);
    return events;
  }
}

/** Ids as phones make them: 32 hex digits on Android; `3EB0…` is a linked device's. */
export const phoneMessageId = (): string => randomBytes(16).toString('hex').toUpperCase();
