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
  /** Words of the merchant's own that go to a person. */
  readonly handOverWords: readonly string[];
  /** Since when a person is waited for whom the customer asked for; null: for nobody. */
  readonly personAskedForAtMs: number | null;
  readonly history: readonly {
    readonly by: Author;
    readonly text: string;
    readonly atMs: number;
    readonly key: MessageKey;
  }[];
}

/**
 * Everything about merchant and conversation that a turn is decided from, in two statements. What an earlier thought of
 * this very turn has done does not count: its answer never left, so the customer has not been told of it.
 */
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
    person_asked_for_at: Date | null;
  }>(
    `select m.id, m.name, m.country, m.timezone, m.language, m.currency, m.settings, m.hours, m.rules, c.line, l.channel, c.in_charge, c.hand_back_at, ${isOptedOut('c')} and (t.intent is distinct from 'opt-out' or t.draft is null) as opted_out,
            case when c.closed_notice_turn is distinct from $3 then c.closed_notice end as closed_notice,
            case when c.needs_human = 'asked-for-human' and t.intent is distinct from 'human' then c.needs_human_at end as person_asked_for_at
     from conversations c join merchants m on m.id = c.merchant join lines l on l.merchant = c.merchant and l.id = c.line
     left join turns t on t.merchant = c.merchant and t.id = $3
     where c.merchant = $1 and c.id = $2`,
    [merchant, conversation, turn],
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
    handOverWords: row.rules.handOverWords ?? [],
    personAskedForAtMs: row.person_asked_for_at?.getTime() ?? null,
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
  { merchant, conversation, turn }: { merchant: MerchantId; conversation: ConversationId; turn: TurnId },
  period: string,
): Promise<void> {
  await tx.query(
    'update conversations set closed_notice = $3, closed_notice_turn = $4 where merchant = $1 and id = $2',
    [merchant, conversation, period, turn],
  );
}
