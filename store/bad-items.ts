import type { LineId, MerchantId } from '../domain/ids.ts';
import type { ChannelName } from '../domain/message.ts';
import type { Tx } from './database.ts';
import { toStored } from './exact-text.ts';

/** Something a provider posted that could not be understood or kept. */
export interface BadItem {
  readonly channel: ChannelName;
  /** Whose it is, where that could be told. */
  readonly merchant?: MerchantId;
  readonly line?: LineId;
  readonly why: string;
  readonly item?: unknown;
}

/** Longer than any message that WhatsApp lets people write, with all its escapes. */
const LONGEST = 64_000;
/** They hold people's words: not for ever. */
const KEPT = '30 days';

/** With its reason, so that it is neither lost nor in the way of the others. */
export async function keepBadItems(tx: Tx, items: readonly BadItem[]): Promise<void> {
  await tx.query(
    `insert into bad_items (merchant, channel, line, why, item)
     select m.id, channel, line, why, item
     from json_to_recordset($1::json) as r (merchant text, channel text, line text, why text, item text) left join merchants m on m.id = r.merchant`,
    [
      JSON.stringify(
        items.map(({ item, why, ...of }) => ({
          ...of,
          why: textOf(why),
          item: item === undefined ? null : textOf(JSON.stringify(item)),
        })),
      ),
    ],
  );
  await tx.query(`delete from bad_items where at < now() - interval '${KEPT}'`);
}

const textOf = (long: string): string => toStored(long.slice(0, LONGEST)).text;

export interface KeptBadItem {
  readonly id: string;
  readonly merchant: string | null;
  readonly channel: string;
  readonly line: string | null;
  readonly why: string;
  readonly item: string | null;
  readonly at: Date;
}

/** The latest first; `before` is the id of the last one seen. */
export async function listBadItems(tx: Tx, before: string | null, limit: number): Promise<KeptBadItem[]> {
  return tx.query<KeptBadItem & { [column: string]: unknown }>(
    `select id::text, merchant, channel, line, why, item, at from bad_items where $1::bigint is null or id < $1::bigint order by bad_items.id desc limit $2`,
    [before, limit],
  );
}
