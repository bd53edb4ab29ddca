import type { MerchantId } from '../domain/ids.ts';
import type { OrderCategory, OrderMessage } from '../domain/order-status.ts';
import { TEMPLATE_STARTERS } from '../domain/template-starters.ts';
import { normalise } from '../domain/text.ts';
import type { Tx } from './database.ts';

export interface MessageTemplate {
  readonly type: OrderMessage;
  readonly text: string;
  /** Percent, for offers; null: the usual one. */
  readonly discount: number | null;
  /** Nobody has changed it: the starter in the merchant's language. */
  readonly isStarter: boolean;
}

/** The merchant's template, or the starter in the merchant's language. */
export async function readTemplate(
  tx: Tx,
  merchant: MerchantId,
  type: OrderMessage,
  language: string,
): Promise<MessageTemplate> {
  const [row] = await tx.query<{ text: string; discount: number | null }>(
    'select text, discount::float8 as discount from templates where merchant = $1 and type = $2',
    [merchant, type],
  );
  const starter = TEMPLATE_STARTERS[language === 'en' ? 'en' : 'ar'][type];
  return row === undefined
    ? { type, text: starter, discount: null, isStarter: true }
    : { type, ...row, isStarter: false };
}

export async function writeTemplate(
  tx: Tx,
  merchant: MerchantId,
  { type, text, discount }: Omit<MessageTemplate, 'isStarter'>,
): Promise<void> {
  await tx.query(
    `insert into templates (merchant, type, text, discount) values ($1, $2, $3, $4::numeric)
     on conflict (merchant, type) do update set text = excluded.text, discount = excluded.discount, updated_at = now()`,
    [merchant, type, text, discount],
  );
}

/** Back to the starter. */
export async function deleteTemplate(tx: Tx, merchant: MerchantId, type: OrderMessage): Promise<boolean> {
  return (
    (
      await tx.query('delete from templates where merchant = $1 and type = $2 returning type', [
        merchant,
        type,
      ])
    ).length > 0
  );
}

export interface StatusWord {
  readonly word: string;
  /** As it was typed in the sheet. */
  readonly shown: string;
  readonly category: OrderCategory | null;
}

export async function listStatusWords(tx: Tx, merchant: MerchantId): Promise<StatusWord[]> {
  const rows = await tx.query<{ word: string; shown: string; category: OrderCategory | null }>(
    'select word, shown, category from status_words where merchant = $1 order by word',
    [merchant],
  );
  return rows;
}

/** What the merchant says words mean, for `statusReader`. */
export async function merchantWords(tx: Tx, merchant: MerchantId): Promise<Map<string, OrderCategory>> {
  const words = await listStatusWords(tx, merchant);
  return new Map(
    words.flatMap(({ word, category }) => (category === null ? [] : [[word, category] as const])),
  );
}

/** A word that means nothing yet: the operator is asked, by an alert that lasts until it means something. */
export async function askAboutWord(tx: Tx, merchant: MerchantId, shown: string): Promise<void> {
  await tx.query(
    'insert into status_words (merchant, word, shown) values ($1, $2, $3) on conflict do nothing',
    [merchant, normalise(shown), shown],
  );
}

export async function mapWord(
  tx: Tx,
  merchant: MerchantId,
  shown: string,
  category: OrderCategory,
): Promise<StatusWord> {
  const word = normalise(shown);
  await tx.query(
    `insert into status_words (merchant, word, shown, category) values ($1, $2, $3, $4)
     on conflict (merchant, word) do update set category = excluded.category`,
    [merchant, word, shown, category],
  );
  return { word, shown, category };
}

export async function forgetWord(tx: Tx, merchant: MerchantId, shown: string): Promise<boolean> {
  return (
    (
      await tx.query('delete from status_words where merchant = $1 and word = $2 returning word', [
        merchant,
        normalise(shown),
      ])
    ).length > 0
  );
}
