import { conversationId, type MerchantId } from '../../../domain/ids.ts';
import type { House } from '../../../start/house.ts';
import { stateQuery } from '../../../workflows/conversation-signals.ts';
import { conversationWorkflowId } from '../../../workflows/ids.ts';
import type { Send } from '../../doubles/graph-api/graph.ts';

/** What came of everything that was written. */
export interface Verdict {
  readonly written: number;
  readonly turns: number;
  readonly answered: number;
  /** Turns for which the model was asked, whoever answered in the end. */
  readonly askedModel: number;
  /** Turns that a person was given, with the reason beside the conversation. */
  readonly handedOver: number;
  /** Of which nobody knows whether they arrived; a person is told. */
  readonly unclear: number;
  readonly onPhones: number;
  /** Each is one sentence; there should be none. */
  readonly wrong: readonly string[];
}

const UP: ReadonlySet<string> = new Set(['accepted', 'sent', 'delivered', 'read']);

interface In {
  readonly text: string;
  readonly turn: string | null;
  readonly state: string | null;
}
interface Out {
  readonly key: string;
  readonly conversation: string;
  readonly turn: string | null;
  readonly status: string;
  readonly reason: string | null;
  readonly told: boolean;
  readonly customer: string;
  readonly text: string;
}

/** What the phones show: Meta's lines know our keys, a linked phone only to whom it went and what it said. */
export interface Arrived {
  readonly meta: readonly Pick<Send, 'id' | 'key'>[];
  readonly phone: readonly { readonly to: string; readonly text: string }[];
}

const UNTOLD = `direction = 'out' and status = 'unknown' and reason is distinct from 'unclear-send'`;

/** How much is still on its way: not stored (a phone that comes back late), not claimed, not sent, or unclear and nobody told yet. */
export async function unsettled(
  house: House,
  merchant: MerchantId,
  written: number,
  watched: ReadonlySet<string>,
): Promise<number> {
  return house.database.merchant(merchant, async (tx) => {
    const [row] = await tx.query<{ left: number }>(
      `select (select greatest($2 - count(*)::int, 0) from messages where direction = 'in')
            + (select count(*)::int from messages where direction = 'in' and turn is null)
            + (select count(*)::int from messages where direction = 'out' and status in ('waiting', 'sending'))
            + (select count(*)::int from messages where ${UNTOLD} and not (conversation = any($1)))
            + (select count(*)::int from turns where state = 'open') as left`,
      [[...watched], written],
    );
    return row?.left ?? NaN;
  });
}

/** Conversations whose run is there, and tells a person when its ten minutes for an unclear send are over. */
export async function watchedOver(house: House, merchant: MerchantId): Promise<ReadonlySet<string>> {
  const rows = await house.database.merchant(merchant, (tx) =>
    tx.query<{ conversation: string }>(`select distinct conversation from messages where ${UNTOLD}`),
  );
  const watched = await Promise.all(
    rows.map(async ({ conversation }) => {
      const ref = { merchant, platform: 'whatsapp', conversation: conversationId(conversation) } as const;
      const run = house.client.workflow.getHandle(conversationWorkflowId(ref));
      return (await run.query(stateQuery)).unclearSends > 0 ? conversation : null;
    }),
  );
  return new Set(watched.filter((conversation) => conversation !== null));
}

export async function verdictOf(
  house: House,
  merchant: MerchantId,
  said: readonly string[],
  arrived: Arrived,
  watched: ReadonlySet<string>,
): Promise<Verdict> {
  const { asked, ins, outs } = await house.database.merchant(merchant, async (tx) => ({
    asked: await tx.query<{ turns: number }>(
      `select count(*)::int as turns from turns where model_day is not null`,
    ),
    ins: await tx.query<In & { [column: string]: unknown }>(
      `select m.text, m.turn, t.state from messages m left join turns t on t.merchant = m.merchant and t.id = m.turn where m.direction = 'in'`,
    ),
    outs: await tx.query<Out & { [column: string]: unknown }>(
      `select m.key, m.conversation, m.turn, m.status, m.reason, c.needs_human is not null as told, c.customer, m.text
       from messages m join conversations c on c.merchant = m.merchant and c.id = m.conversation where m.direction = 'out'`,
    ),
  }));
  const wrong: string[] = [];
  const stored = countOf(ins.map(({ text }) => text));
  for (const text of said)
    if (stored.get(text) !== 1) wrong.push(`stored ${stored.get(text) ?? 0} times: ${text}`);

  const phones = countOf([
    ...arrived.meta.filter(({ id }) => id !== null).map(({ key }) => key ?? 'no key'),
    ...recognised(arrived.phone, outs),
  ]);
  for (const [key, times] of phones) if (times > 1) wrong.push(`on the phone ${times} times: ${key}`);
  const known = new Set(outs.map(({ key }) => key));
  for (const key of phones.keys())
    if (!known.has(key)) wrong.push(`on the phone and not in the store: ${key}`);
  for (const { key, conversation, status, reason, told } of outs) {
    if (UP.has(status) && !phones.has(key)) wrong.push(`${status} and not on the phone: ${key}`);
    if (status === 'waiting' || status === 'sending') wrong.push(`still ${status} (${reason ?? ''}): ${key}`);
    const willBe = status === 'unknown' && watched.has(conversation);
    if ((status === 'unknown' || status === 'failed') && !told && !willBe)
      wrong.push(`${status} and nobody was told: ${key}`);
  }

  const answers = Map.groupBy(outs, ({ turn }) => turn);
  const turns = new Map(ins.map(({ turn, state }) => [turn, state]));
  for (const [turn, state] of turns) {
    if (turn === null) wrong.push('a message was taken by no turn');
    else if (!isAccountedFor(state, answers.get(turn) ?? []))
      wrong.push(`turn ${turn} ended ${state ?? 'nowhere'}: ${JSON.stringify(answers.get(turn) ?? [])}`);
  }
  const states = [...turns.values()];
  return {
    written: said.length,
    turns: turns.size,
    answered: states.filter((state) => state === 'answered').length,
    askedModel: asked[0]?.turns ?? 0,
    handedOver: states.filter((state) => state === 'human' || state === 'failed').length,
    unclear: outs.filter(({ status }) => status === 'unknown').length,
    onPhones: phones.size,
    wrong,
  };
}

/** Answered, a person's, or ended by a part of which a person is told; a run that was lost is none of these. */
function isAccountedFor(state: string | null, parts: readonly Out[]): boolean {
  if (state !== 'failed') return state === 'human' || (state === 'answered' && parts.length > 0);
  return parts.some(
    ({ status, reason }) => (status === 'unknown' || status === 'failed') && reason !== 'run-lost',
  );
}

/** The keys of what a linked phone sent: by whom it reached and its words, those that count as sent before those that may be. */
function recognised(sent: Arrived['phone'], outs: readonly Out[]): string[] {
  const named = (to: string, text: string): string => `${to.replace(/\D/g, '')} ${text}`;
  const rank = ({ status }: Out): number => (UP.has(status) ? 0 : status === 'unknown' ? 1 : 2);
  const open = Map.groupBy(
    outs.toSorted((a, b) => rank(a) - rank(b)),
    ({ customer, text }) => named(customer, text),
  );
  const last = new Map<string, string>();
  return sent.map(({ to, text }) => {
    const name = named(to, text);
    const key = open.get(name)?.shift()?.key ?? last.get(name) ?? `not ours: ${name}`;
    last.set(name, key);
    return key;
  });
}

function countOf(all: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}
