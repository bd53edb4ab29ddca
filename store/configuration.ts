import type { MerchantId } from '../domain/ids.ts';
import type { ChannelName } from '../domain/message.ts';
import type { Tx } from './database.ts';

export interface ConfiguredLine {
  readonly merchant: string;
  readonly id: string;
  readonly channel: ChannelName;
  readonly state: string;
  readonly reason: string | null;
  readonly config: Record<string, unknown>;
  readonly hasCredentials: boolean;
}

/** Without a secret, sealed or not. */
export async function configuredLines(tx: Tx, merchant: MerchantId | null): Promise<ConfiguredLine[]> {
  return tx.query<ConfiguredLine & { [column: string]: unknown }>(
    `select merchant, id, channel, state, reason, config, credentials is not null as "hasCredentials" from lines where $1::text is null or merchant = $1 order by merchant, id`,
    [merchant],
  );
}

export interface ConfiguredShop {
  readonly merchant: string;
  readonly sheet: string | null;
  readonly sheetTrouble: string | null;
  readonly sheetPolled: boolean;
  readonly sheetHasCredentials: boolean;
  readonly webhooks: number;
  readonly catalogueItems: number;
}

export async function configuredShops(tx: Tx, merchant: MerchantId | null): Promise<ConfiguredShop[]> {
  return tx.query<ConfiguredShop & { [column: string]: unknown }>(
    `select m.id as merchant, s.kind as sheet, s.trouble ->> 'reason' as "sheetTrouble", coalesce(s.last_poll_at is not null, false) as "sheetPolled",
            coalesce(s.credentials is not null, false) as "sheetHasCredentials",
            (select count(*)::int from webhooks w where w.merchant = m.id) as webhooks,
            (select count(*)::int from catalogue_items c where c.merchant = m.id) as "catalogueItems"
     from merchants m left join sheets s on s.merchant = m.id where $1::text is null or m.id = $1 order by m.id`,
    [merchant],
  );
}
