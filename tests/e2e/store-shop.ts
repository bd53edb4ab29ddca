import { randomUUID } from 'node:crypto';
import { conversationId, lineId, merchantId, turnId } from '../../domain/ids.ts';
import type { InboundMessage } from '../../domain/message.ts';
import type { Tx } from '../../store/database.ts';
import { storeInbound, type Destination } from '../../store/inbound.ts';
import { createLine } from '../../store/lines.ts';
import { createMerchant } from '../../store/merchants.ts';
import { claim, keepAnswer, type Claim, type TurnRef } from '../../store/turns.ts';
import type { MessageKey } from '../../domain/ids.ts';
import { migratedDatabase, type MigratedDatabase } from '../support/migrated-database.ts';

export const MERCHANT = merchantId('shop');
export const LINE = lineId('sim');
export const NOW = Date.now();

/** A merchant with one line in a store of its own, without anybody else of the house. */
export class StoreShop {
  readonly #migrated: MigratedDatabase;

  private constructor(migrated: MigratedDatabase) {
    this.#migrated = migrated;
  }

  static async open(): Promise<StoreShop> {
    const shop = new StoreShop(await migratedDatabase());
    await shop.#migrated.database.system((tx) =>
      createMerchant(tx, {
        id: MERCHANT,
        name: 'متجر',
        country: 'EG',
        timezone: 'Africa/Cairo',
        language: 'ar',
        currency: 'EGP',
      }),
    );
    await shop.inStore((tx) =>
      createLine(tx, {
        merchant: MERCHANT,
        id: LINE,
        channel: 'simulator',
        account: 'a',
        config: {},
        credentials: null,
        state: 'connected',
      }),
    );
    return shop;
  }

  inStore<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#migrated.database.merchant(MERCHANT, work);
  }

  look<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#migrated.database.look(MERCHANT, work);
  }

  inSystem<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#migrated.database.system(work);
  }

  close(): Promise<void> {
    return this.#migrated.close();
  }
}

/** A conversation of its own for each example. */
export const somewhere = (): Destination => ({
  merchant: MERCHANT,
  line: LINE,
  account: 'a',
  platform: 'simulator',
  conversation: conversationId(randomUUID()),
});

export const message = (more: Partial<InboundMessage> = {}): InboundMessage => ({
  kind: 'message',
  account: 'a',
  id: randomUUID(),
  from: { address: randomUUID() },
  atMs: NOW,
  type: 'text',
  text: 'x',
  ...more,
});

export const say = (tx: Tx, to: Destination, more: Partial<InboundMessage> = {}) =>
  storeInbound(tx, to, message(more), NOW);

export const turnOf = (to: Destination): TurnRef => ({
  merchant: MERCHANT,
  conversation: to.conversation,
  turn: turnId(randomUUID()),
});

/** `laterMs`: the attempt began so long after the first one. */
export const take = (tx: Tx, turn: TurnRef, laterMs = 0): Promise<Claim> =>
  claim(tx, turn, { windowEnded: new Date(NOW), attemptBegan: new Date(NOW + laterMs) });

export const keep = (
  tx: Tx,
  turn: TurnRef,
  attempt: number,
  texts: readonly string[],
): Promise<MessageKey[]> =>
  keepAnswer(tx, turn, { attempt, line: LINE, intent: 'none', texts, at: new Date(NOW) });
