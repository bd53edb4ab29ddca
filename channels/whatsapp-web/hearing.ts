import type { Inbound } from '../../domain/message.ts';
import type whatsapp from 'whatsapp-web.js';
import { wordsOf } from './classify.ts';
import type { LineMemory } from './memory.ts';
import type { OwnSend } from './own-sends.ts';
import type { Identity } from './page.ts';
import { isPersonalChat, parse } from './parse.ts';
import { rawMessage, type RawMessage } from './raw-message.ts';
import type { LineCallbacks } from './state.ts';
import { pause, within } from './waiting.ts';

/** An echo of a send in flight gets its id when the send returns; longer than this it is judged by itself. */
const ECHO_PATIENCE_MS = 30_000;
const LOOK_UP_PHONE_MS = 3_000;

/**
 * Everything a client hears, one thing after the other in the order in which it came, each handed on until it has been
 * accepted. Closed until what came while the line was down has been read, so that the mark of what was seen never runs ahead.
 */
export class Hearing {
  readonly #client: whatsapp.Client;
  readonly #account: string;
  readonly #memory: LineMemory;
  readonly #callbacks: LineCallbacks;
  readonly #over: AbortSignal;
  readonly #onLife: () => void;
  #me: Identity = { pn: null, lid: null };
  #open: () => void = () => undefined;
  #tail: Promise<unknown>;

  constructor(
    client: whatsapp.Client,
    account: string,
    memory: LineMemory,
    callbacks: LineCallbacks,
    over: AbortSignal,
    onLife: () => void,
  ) {
    this.#client = client;
    this.#account = account;
    this.#memory = memory;
    this.#callbacks = callbacks;
    this.#over = over;
    this.#onLife = onLife;
    this.#tail = new Promise<void>((resolve) => (this.#open = resolve));
    client.on('message_create', (message) => this.#message(message.rawData));
    client.on('message_edit', (message, text) =>
      this.#about(message.rawData, (raw) => ({ event: 'edit', message: raw, text: String(text) })),
    );
    client.on('message_revoke_everyone', (message) =>
      this.#about(message.rawData, (raw) => ({ event: 'revoke', message: raw })),
    );
    client.on('message_ack', (message, ack) => {
      this.#about(message.rawData, async (raw) => ({
        event: 'ack',
        message: raw,
        ack,
        key: await this.#keyOf(raw, ack),
      }));
    });
    client.on('message_reaction', (reaction: unknown) =>
      this.#push(() => this.#handOn({ ...this.#context(null), event: 'reaction', reaction })),
    );
  }

  /** From now on what was heard is handed on; `first` is what had been missed. False: it ended before all of that was accepted. */
  async begin(me: Identity, first: readonly RawMessage[]): Promise<boolean> {
    this.#me = me;
    for (const raw of first) await this.#take(raw);
    if (this.#over.aborted) return false;
    this.#open();
    return true;
  }

  #message(data: unknown): void {
    this.#onLife();
    const raw = rawMessage.safeParse(data);
    if (!raw.success) {
      this.#strange(raw.error.message);
      return;
    }
    // Not in the queue: an echo may wait for its own send, and nobody else should.
    if (raw.data.id.fromMe)
      void this.#take(raw.data).catch((error: unknown) => this.#strange(wordsOf(error)));
    else this.#push(() => this.#take(raw.data));
  }

  #about(data: unknown, what: (raw: RawMessage) => About | Promise<About>): void {
    this.#onLife();
    const raw = rawMessage.safeParse(data);
    if (!raw.success) {
      this.#strange(raw.error.message);
      return;
    }
    this.#push(async () =>
      this.#handOn({ ...this.#context(await this.#phoneOf(raw.data)), ...(await what(raw.data)) }),
    );
  }

  async #take(raw: RawMessage): Promise<void> {
    if (!isPersonalChat(raw.id.remote)) return;
    if (raw.id.fromMe) return this.#fromMe(raw);
    const heard = { ...this.#context(await this.#phoneOf(raw)), event: 'message', message: raw };
    // What nobody has accepted is read again by the next browser, so the mark must not pass it.
    if (await this.#handOn(heard)) await this.#memory.seen.handedOn((raw.t ?? 0) * 1000);
  }

  /** Ours, ours whose answer was lost, or the owner typing on the phone. */
  async #fromMe(raw: RawMessage): Promise<void> {
    const { sends } = this.#memory;
    const id = raw.id._serialized;
    const until = Date.now() + ECHO_PATIENCE_MS;
    while (sends.keyOf(id) === null && sends.isFlying(this.#unsettled(raw)?.key) && Date.now() < until) {
      if (this.#over.aborted) return;
      await pause(100, this.#over);
    }
    if (sends.keyOf(id) !== null) return;
    const ours = this.#unsettled(raw);
    // The page shows a message before WhatsApp has it: that proves nothing yet. Its ack, or the history, will.
    if (ours && (raw.ack ?? 0) < 1) return;
    const key = await this.#keyOf(raw, raw.ack ?? 0);
    const phone = await this.#phoneOf(raw);
    this.#push(() => this.#handOn({ ...this.#context(phone), event: 'from-me', message: raw, key }));
  }

  #unsettled(raw: RawMessage): OwnSend | null {
    return this.#memory.sends.unsettled(raw.id.remote, raw.body ?? '', (raw.t ?? 0) * 1000);
  }

  /** Our key of a message from us; an ack of the servers settles a send whose answer was lost. */
  async #keyOf(raw: RawMessage, ack: number): Promise<string | null> {
    const { sends } = this.#memory;
    const known = sends.keyOf(raw.id._serialized);
    const lost = known === null && ack >= 1 ? this.#unsettled(raw) : null;
    if (lost === null || sends.isFlying(lost.key)) return known;
    await sends.settle(lost.key, raw.id._serialized);
    return lost.key;
  }

  /** The number behind an `@lid`. Unknown is no obstacle: the person then goes by that id. */
  async #phoneOf(raw: RawMessage): Promise<string | null> {
    const chat = raw.id.remote;
    if (!chat.endsWith('@lid')) return null;
    const known = this.#memory.phones.get(chat);
    if (known !== undefined) return known;
    try {
      const [found] = await within(
        LOOK_UP_PHONE_MS,
        'the number of a contact',
        this.#client.getContactLidAndPhone([chat]),
      );
      const digits = /^(\d+)@c\.us$/.exec(found?.pn ?? '')?.[1] ?? null;
      if (digits !== null) this.#memory.phones.set(chat, digits);
      return digits;
    } catch (error) {
      this.#callbacks.onLog('line.phone-unknown', { error: wordsOf(error) });
      return null;
    }
  }

  #context(phone: string | null): { account: string; me: Identity; phone: string | null } {
    return { account: this.#account, me: this.#me, phone };
  }
  #push(job: () => Promise<unknown>): void {
    this.#tail = this.#tail.then(job).catch((error: unknown) => this.#strange(wordsOf(error)));
  }
  /** False: this browser's time was over before everything was accepted. */
  async #handOn(heard: unknown): Promise<boolean> {
    for (const inbound of parse(heard)) if (!(await this.#untilAccepted(inbound))) return false;
    return true;
  }
  /** The store may be away for a while. The message waits here, and after a crash it is read from the chat again. */
  async #untilAccepted(inbound: Inbound): Promise<boolean> {
    for (let waitMs = 500; !this.#over.aborted; waitMs = Math.min(waitMs * 2, 10_000)) {
      try {
        await this.#callbacks.onInbound(inbound);
        return true;
      } catch (error) {
        this.#callbacks.onLog('line.inbound-refused', { kind: inbound.kind, error: wordsOf(error), waitMs });
        await pause(waitMs, this.#over);
      }
    }
    return false;
  }
  #strange(why: string): void {
    this.#callbacks.onLog('line.unreadable', { why });
  }
}

type About =
  | { event: 'edit'; message: RawMessage; text: string }
  | { event: 'revoke'; message: RawMessage }
  | { event: 'ack'; message: RawMessage; ack: number; key: string | null };
