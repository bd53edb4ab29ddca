import { z } from 'zod';
import type { ChannelName, Inbound } from '../domain/message.ts';
import { keepBadItems } from '../store/bad-items.ts';
import { linesOfAccounts } from '../store/lines.ts';
import { countUnmatched } from '../store/meta-apps.ts';
import type { House } from './house.ts';
import { Problem } from './problem.ts';
import type { Delivered } from './receive-batch.ts';
import { databaseUnavailable, PATIENCE_MS, within } from './unavailable.ts';

const envelope = z.looseObject({ object: z.string() });

const CHANNEL_OF = new Map<string, ChannelName>([
  ['whatsapp_business_account', 'whatsapp-cloud'],
  ['instagram', 'instagram'],
]);

/** The bytes whose signature was right, as what they say. */
export function readPost(bytes: Buffer): { readonly channel: ChannelName | null; readonly body: unknown } {
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString('utf8'));
  } catch (notJson) {
    throw new Problem(400, 'not-json', 'The body is not JSON.', { cause: notJson });
  }
  const parsed = envelope.safeParse(body);
  if (!parsed.success) throw new Problem(400, 'not-an-update', 'The body is no update of Meta’s.');
  return { channel: CHANNEL_OF.get(parsed.data.object) ?? null, body };
}

/**
 * Sorts a post by line. An update for an account that no line has, or whose line trusts another app, is counted and
 * goes no further: refusing it would make Meta bring it for a week.
 */
export async function sortPost(
  house: House,
  channel: ChannelName,
  app: string,
  body: unknown,
  startedMs: number,
): Promise<Delivered[]> {
  const items = house.channels.get(channel)?.parse(body) ?? [];
  const byAccount = new Map<string, Inbound[]>();
  const leftMs = (): number => startedMs + PATIENCE_MS - Date.now();
  await within(leftMs(), keepMalformed(house, channel, items), () => databaseUnavailable());
  for (const item of items) {
    if (item.kind === 'malformed') continue;
    const others = byAccount.get(item.account);
    if (others === undefined) byAccount.set(item.account, [item]);
    else others.push(item);
  }
  if (byAccount.size === 0) return [];
  // As the system: whose number it is decides whose rows may be seen.
  const lines = await within(
    leftMs(),
    house.database.system((tx) => linesOfAccounts(tx, channel, [...byAccount.keys()])),
    () => databaseUnavailable(),
  );
  const trusting = new Map(
    lines.filter(({ config }) => config['app'] === app).map((line) => [line.account, line]),
  );
  const deliveries: Delivered[] = [];
  for (const [account, own] of byAccount) {
    const line = trusting.get(account);
    if (line !== undefined) deliveries.push({ line, items: own });
    else await countStranger(house, channel, account, own.length);
  }
  return deliveries;
}

/** What could not be understood: counted, and kept for a person to look at. Nobody's words go into the log. */
export async function keepMalformed(
  { database, metrics, logger }: House,
  channel: ChannelName,
  items: readonly Inbound[],
): Promise<void> {
  const bad = items.filter((item) => item.kind === 'malformed');
  if (bad.length === 0) return;
  metrics.malformed.inc({ channel }, bad.length);
  logger.warn({ event: 'malformed items', channel, count: bad.length, why: bad[0]?.why });
  await database.system((tx) =>
    keepBadItems(
      tx,
      bad.map(({ why, item }) => ({ channel, why, item })),
    ),
  );
}

export async function countStranger(
  { database, metrics }: House,
  channel: ChannelName,
  account: string,
  updates: number,
): Promise<void> {
  metrics.unmatched.inc({ channel }, updates);
  await database.system((tx) => countUnmatched(tx, channel, account, updates));
}
