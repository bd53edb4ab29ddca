import { randomUUID } from 'node:crypto';
import { lineId, merchantId, type ConversationId, type LineId, type MerchantId } from '../../domain/ids.ts';
import type { InboundMessage } from '../../domain/message.ts';
import { settingsOf, type SettingsPatch, type WindowDefaults } from '../../domain/settings.ts';
import { conversationIdOf } from '../../store/customer-hash.ts';
import { storeInbound, type Destination, type Stored } from '../../store/inbound.ts';
import { createLine } from '../../store/lines.ts';
import { createMerchant, writeRules, writeSettings } from '../../store/merchants.ts';
import { outbox, type OutboxItem } from '../../store/simulated-network.ts';
import { transcript, type TranscriptMessage } from '../../store/conversations.ts';
import type { House } from '../../start/house.ts';
import type { ConversationStart } from '../../temporal/conversation-mail.ts';

export interface Said {
  readonly text: string;
  readonly id?: string;
  /** The customer's clock. @default now */
  readonly atMs?: number;
  readonly endsWindow?: boolean;
  /** The network's id of the message that this one quotes. */
  readonly replyTo?: string;
  /** @default the merchant's first */
  readonly line?: LineId;
}

/** A merchant with one simulated line, and customers who write to it the way a channel's webhook does: store, then signal. */
export class Shop {
  readonly house: House;
  readonly merchant: MerchantId;
  readonly line: LineId;
  readonly windowDefaults: WindowDefaults;
  /** The clock of whoever stores: a time-skipping test sets it to the test server's. */
  now: () => number = Date.now;

  private constructor(house: House, merchant: MerchantId, windowDefaults: WindowDefaults) {
    this.house = house;
    this.merchant = merchant;
    this.line = lineId('sim');
    this.windowDefaults = windowDefaults;
  }

  static async open(
    house: House,
    windowDefaults: WindowDefaults,
    settings: SettingsPatch = {},
  ): Promise<Shop> {
    const merchant = merchantId(`shop-${randomUUID().slice(0, 8)}`);
    const shop = new Shop(house, merchant, windowDefaults);
    await house.database.system((tx) =>
      createMerchant(tx, {
        id: merchant,
        name: 'متجر',
        country: 'EG',
        timezone: 'Africa/Cairo',
        language: 'ar',
        currency: 'EGP',
      }),
    );
    await shop.addLine(shop.line);
    await house.database.merchant(merchant, async (tx) => {
      await writeRules(tx, merchant, { alwaysAnswer: true });
      await writeSettings(tx, merchant, settings);
    });
    return shop;
  }

  async addLine(id: LineId): Promise<void> {
    await this.house.database.merchant(this.merchant, (tx) =>
      createLine(tx, {
        merchant: this.merchant,
        id,
        channel: 'simulator',
        account: this.#account(id),
        config: {},
        credentials: null,
        state: 'connected',
      }),
    );
  }

  #account(line: LineId): string {
    return `${this.merchant}/${line}`;
  }

  conversation(customer: string, line: LineId = this.line): ConversationId {
    return conversationIdOf(this.house.hashKey, {
      merchant: this.merchant,
      platform: 'simulator',
      account: this.#account(line),
      customer,
    });
  }

  start(customer: string, settings: SettingsPatch = {}, line: LineId = this.line): ConversationStart {
    return {
      merchant: this.merchant,
      platform: 'simulator',
      conversation: this.conversation(customer, line),
      line,
      window: settingsOf(settings, this.windowDefaults).window,
      maxRetries: 2,
    };
  }

  async store(customer: string, said: Said): Promise<Stored> {
    const line = said.line ?? this.line;
    const to: Destination = {
      merchant: this.merchant,
      line,
      account: this.#account(line),
      platform: 'simulator',
      conversation: this.conversation(customer, line),
    };
    const message: InboundMessage = {
      kind: 'message',
      account: to.account,
      id: said.id ?? randomUUID(),
      from: { address: customer },
      atMs: said.atMs ?? this.now(),
      type: 'text',
      text: said.text,
      endsWindow: said.endsWindow === true,
      ...(said.replyTo === undefined ? {} : { replyTo: said.replyTo }),
    };
    return this.house.database.merchant(this.merchant, (tx) => storeInbound(tx, to, message, this.now()));
  }

  async say(customer: string, words: Said | string, settings: SettingsPatch = {}): Promise<Stored> {
    const said = typeof words === 'string' ? { text: words } : words;
    const stored = await this.store(customer, said);
    if (!stored.claimed)
      await this.house.mail.messageArrived(this.start(customer, settings, said.line), stored);
    return stored;
  }

  /** What the customers' phones received. */
  received(to?: string): Promise<OutboxItem[]> {
    return this.house.database.merchant(this.merchant, (tx) =>
      outbox(tx, this.merchant, this.line, { after: 0, limit: 10_000, ...(to === undefined ? {} : { to }) }),
    );
  }

  /** Oldest first. */
  async transcript(customer: string): Promise<TranscriptMessage[]> {
    const messages = await this.house.database.merchant(this.merchant, (tx) =>
      transcript(tx, this.merchant, this.conversation(customer), null, 10_000),
    );
    return messages.reverse();
  }
}
