import type { LineId, MerchantId } from '../domain/ids.ts';
import type { Database } from '../store/database.ts';
import { readLine, type Line } from '../store/lines.ts';
import { readMerchant, type Merchant } from '../store/merchants.ts';

const REMEMBERED_MS = 2_000;

/**
 * Which merchants and lines there are, remembered for a moment: each message that comes in asks, and what is
 * asked (does it exist, which channel, which account) never changes while it exists.
 */
export class Directory {
  readonly #database: Database;
  readonly #merchants = new Map<MerchantId, { readonly merchant: Merchant; readonly untilMs: number }>();
  readonly #lines = new Map<string, { readonly line: Line; readonly untilMs: number }>();

  constructor(database: Database) {
    this.#database = database;
  }

  async merchant(id: MerchantId): Promise<Merchant | null> {
    const remembered = this.#merchants.get(id);
    if (remembered !== undefined && remembered.untilMs > Date.now()) return remembered.merchant;
    const merchant = await this.#database.merchant(id, (tx) => readMerchant(tx, id));
    if (merchant !== null) this.#merchants.set(id, { merchant, untilMs: Date.now() + REMEMBERED_MS });
    return merchant;
  }

  /** What is constant of a line: not its state. */
  async line(
    merchant: MerchantId,
    id: LineId,
  ): Promise<Pick<Line, 'merchant' | 'id' | 'channel' | 'account'> | null> {
    const key = `${merchant}/${id}`;
    const remembered = this.#lines.get(key);
    if (remembered !== undefined && remembered.untilMs > Date.now()) return remembered.line;
    const line = await this.#database.merchant(merchant, (tx) => readLine(tx, merchant, id));
    if (line !== null) this.#lines.set(key, { line, untilMs: Date.now() + REMEMBERED_MS });
    return line;
  }

  forget(): void {
    this.#merchants.clear();
    this.#lines.clear();
  }
}
