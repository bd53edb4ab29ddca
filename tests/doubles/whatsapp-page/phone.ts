import { randomBytes } from 'node:crypto';
import { phoneMessageId, type SendFault, type WireMessage, type World } from './world.ts';

/** What a test may put into a customer's message; the rest has sensible defaults. */
export interface Incoming {
  from: string;
  body?: string;
  type?: string;
  id?: string;
  /** Seconds. */
  t?: number;
  /** The chat, when it is not the customer's own: a group, `status@broadcast`, a newsletter. */
  chat?: string;
  name?: string;
  [more: string]: unknown;
}

/** The hands of the test: what happens on phones and at WhatsApp. Each method is also `POST /control/<name>`. */
export class Phone {
  readonly #world: World;
  readonly #digits: string;
  constructor(world: World, digits: string) {
    this.#world = world;
    this.#digits = digits;
  }

  /** Scans the QR that is shown now. False while none is. */
  scan(): boolean {
    const shown = this.#world.refs.at(-1);
    if (!shown) return false;
    this.#world.refs = [];
    this.#world.link(shown.session, this.#digits);
    return true;
  }
  /** Types a pairing code into the phone. */
  enterCode(code: string): boolean {
    const asked = this.#world.codes.find((one) => one.code === code);
    if (!asked?.session) return false;
    this.#world.link(asked.session, this.#digits);
    return true;
  }
  /** "Log out" in the phone's list of linked devices. */
  unlink(): void {
    this.#world.pushToDevices(this.#digits, { type: 'unlinked' });
    for (const [token, owner] of Object.entries(this.#world.devices))
      if (owner === this.#digits) Reflect.deleteProperty(this.#world.devices, token);
    this.#world.save();
  }

  /** A customer writes. Delivered at once to pages that are up, and found in the history by those that were not. */
  receive(incoming: Incoming): string {
    const { from, chat: elsewhere, name, ...rest } = incoming;
    const person = this.#world.people[from] ?? { exists: true };
    const pn = `${from}@c.us`;
    const sender = person.byLid && person.lid ? person.lid : pn;
    const account = this.#world.account(this.#digits);
    const message: WireMessage = {
      id: phoneMessageId(),
      type: 'chat',
      body: '',
      t: Math.floor(Date.now() / 1000),
      ack: 1,
      ...rest,
      chat: elsewhere ?? sender,
      fromMe: false,
      from: elsewhere ?? sender,
      to: account.pn,
      ...(elsewhere === undefined ? {} : { author: sender }),
      ...(person.lid === undefined ? {} : { identity: { pn, lid: person.lid } }),
      notifyName: name ?? 'زبون',
    };
    account.messages.push(message);
    account.unread[message.chat] = (account.unread[message.chat] ?? 0) + 1;
    this.#deliver(message);
    return message.id;
  }
  /** The owner types on the phone itself. */
  ownerTypes(to: string, body: string): string {
    const account = this.#world.account(this.#digits);
    const message: WireMessage = {
      id: phoneMessageId(),
      chat: `${to}@c.us`,
      fromMe: true,
      from: account.pn,
      to: `${to}@c.us`,
      type: 'chat',
      body,
      t: Math.floor(Date.now() / 1000),
      ack: 1,
    };
    account.messages.push(message);
    this.#deliver(message);
    return message.id;
  }
  edit(id: string, body: string): void {
    const message = this.#find(id);
    message.body = body;
    this.#world.pushToDevices(this.#digits, { type: 'edit', id, body });
  }
  revoke(id: string): void {
    this.#find(id).type = 'revoked';
    this.#world.pushToDevices(this.#digits, { type: 'revoke', id });
  }
  react(from: string, to: string, emoji: string): void {
    const reaction = {
      id: phoneMessageId(),
      from: `${from}@c.us`,
      chat: `${from}@c.us`,
      to,
      emoji,
      t: Math.floor(Date.now() / 1000),
    };
    this.#world.pushToDevices(this.#digits, { type: 'reaction', reaction });
  }
  /** The far phone has it (2), has read it (3), has played it (4); −1: WhatsApp gave up. */
  ack(id: string, ack: number): void {
    this.#find(id).ack = ack;
    this.#world.pushToDevices(this.#digits, { type: 'ack', id, ack });
  }

  /** Tells the page to misbehave: `lie` (CONNECTED and dead), `hang` (never answers), `conflict` (`unheard`: nobody was listening yet), `reload`. */
  page(what: 'lie' | 'hang' | 'conflict' | 'unheard-conflict' | 'reload'): void {
    this.#world.pushToDevices(this.#digits, { type: what });
  }
  nextSends(fault: SendFault): void {
    this.#world.faults.send = fault;
  }
  sent(): { id: string; chat: string; text: string; at: number }[] {
    return this.#world.account(this.#digits).sent;
  }
  get linkedDevices(): number {
    return Object.values(this.#world.devices).filter((owner) => owner === this.#digits).length;
  }

  #deliver(message: WireMessage): void {
    this.#world.save();
    this.#world.pushToDevices(this.#digits, { type: 'message', message });
  }
  #find(id: string): WireMessage {
    const message = this.#world.account(this.#digits).messages.find((one) => one.id === id);
    if (!message) throw new Error(`the double knows no message ${id}`);
    return message;
  }
}

export const pairingCode = (): string => randomBytes(5).toString('hex').slice(0, 8).toUpperCase();
