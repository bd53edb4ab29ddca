import {
  merchantId,
  messageKey,
  type ConversationId,
  type LineId,
  lineId,
  type MerchantId,
  type MessageKey,
  type TurnId,
} from '../domain/ids.ts';
import type { Author, ChannelName } from '../domain/message.ts';
import type { SettingsPatch } from '../domain/settings.ts';
import type { OpeningHours } from '../domain/opening-hours.ts';
import type { Tx } from './database.ts';
import { fromStored } from './exact-text.ts';
import type { Merchant, MerchantRules } from './merchants.ts';
import { isOptedOut } from './opt-out.ts';

/** How much of the past an answer is thought with. */
const HISTORY = 12;

export interface TurnFacts {
  readonly merchant: Merchant;
  readonly settings: SettingsPatch;
  readonly hours: OpeningHours | null;
  readonly alwaysAnswer: boolean;
  readonly line: LineId;
  readonly channel: ChannelName;
  readonly inCharge: 'bot' | 'human';
  readonly handBackAtMs: number | null;
  readonly optedOut: boolean;
  readonly toldClosedFor: string | null;
  readonly history: readonly {
    readonly by: Author;
    readonly text: string;
    readonly atMs: number;
    readonly key: MessageKey;
  }[];
}

/** Everything about merchant and conversation that a turn is decided from, in two statements. */
export async function readTurnFacts(
  tx: Tx,
  { merchant, conversation, turn }: { merchant: MerchantId; conversation: ConversationId; turn: TurnId },
): Promise<TurnFacts> {
  const reading = tx.query<{
    id: string;
    name: string;
    country: string;
    timezone: string;
    language: 'ar' | 'en' | 'ku';
    currency: string;
    settings: SettingsPatch;
    hours: OpeningHours | null;
    rules: MerchantRules;
    line: string;
    channel: ChannelName;
    in_charge: 'bot' | 'human';
    hand_back_at: Date | null;
    opted_out: boolean;
    closed_notice: string | null;
  }>(
    `select m.id, m.name, m.country, m.timezone, m.language, m.currency, m.settings, m.hours, m.rules, c.line, l.channel, c.in_charge, c.hand_back_at, ${isOptedOut('c')} as opted_out, c.closed_notice
     from conversations c join merchants m on m.id = c.merchant join lines l on l.merchant = c.merchant and l.id = c.line
     where c.merchant = $1 and c.id = $2`,
    [merchant, conversation],
  );
  const remembering = tx.query<{ by: Author; text: string; exact: Buffer | null; at: Date; key: string }>(
    `select by, text, exact, at, key from messages where merchant = $1 and conversation = $2 and turn is distinct from $3
       and (direction = 'in' or status in ('accepted', 'sent', 'delivered', 'read')) order by seq desc limit ${HISTORY}`,
    [merchant, conversation, turn],
  );
  const [[row], past] = await Promise.all([reading, remembering]);
  if (row === undefined)
    throw new Error(
      `conversation ${conversation} of ${merchant} has no row: its merchant or line was deleted`,
    );
  const { id, name, country, timezone, language, currency } = row;
  return {
    merchant: { id: merchantId(id), name, country, timezone, language, currency },
    settings: row.settings,
    hours: row.hours,
    alwaysAnswer: row.rules.alwaysAnswer ?? false,
    line: lineId(row.line),
    channel: row.channel,
    inCharge: row.in_charge,
    handBackAtMs: row.hand_back_at?.getTime() ?? null,
    optedOut: row.opted_out,
    toldClosedFor: row.closed_notice,
    history: past.reverse().map((said) => ({
      by: said.by,
      text: fromStored(said),
      atMs: said.at.getTime(),
      key: messageKey(said.key),
    })),
  };
}

/** The closed message is said once per closed period. */
export async function tellClosedFor(
  tx: Tx,
  merchant: MerchantId,
  conversation: ConversationId,
  period: string,
): Promise<void> {
  await tx.query('update conversations set closed_notice = $3 where merchant = $1 and id = $2', [
    merchant,
    conversation,
    period,
  ]);
}
