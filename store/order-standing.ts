import type { OrderStanding } from '../domain/order-plan.ts';
import { settingsOf, type SettingsPatch } from '../domain/settings.ts';
import { quietUntil } from '../domain/quiet-hours.ts';
import type { Tx } from './database.ts';
import type { OrderRef } from './order-attention.ts';
import { sayingsOf, type StoredSaying } from './order-messages.ts';
import { readOrder, type Order } from './orders.ts';
import { saidOf } from './said-of.ts';
import { readSheet } from './sheets.ts';

const HOUR_MS = 3_600_000;

export interface OrderFacts {
  readonly order: Order;
  readonly sayings: readonly StoredSaying[];
  readonly standing: OrderStanding;
  readonly quietUntilMs: number | null;
}

/** The order as it stands at this moment: what the workflow decides from, and what the send step checks again. */
export async function readOrderFacts(tx: Tx, ref: OrderRef, nowMs: number): Promise<OrderFacts | null> {
  const { merchant } = ref;
  const order = await readOrder(tx, merchant, ref.order);
  const [shop] = await tx.query<{ settings: SettingsPatch; timezone: string }>(
    'select settings, timezone from merchants where id = $1',
    [merchant],
  );
  if (order === null || shop === undefined) return null;
  const sheet = await readSheet(tx, merchant);
  const sayings = (await sayingsOf(tx, ref)).map((saying) =>
    isOutdated(saying, order) ? { ...saying, outdated: true } : saying,
  );
  const { timings, messageTypes, quietHours } = settingsOf(shop.settings);
  const refused = { ...order.refused };
  for (const { state, why, recipient, atMs } of sayings) {
    if (state !== 'failed' || why !== 'not-on-whatsapp' || recipient === null) continue;
    const before = refused[recipient];
    // Counted with the attempt that comes after it; until then it is this.
    if ((before?.lastMs ?? 0) < atMs) refused[recipient] = { times: (before?.times ?? 0) + 1, lastMs: atMs };
  }
  return {
    order,
    sayings,
    quietUntilMs: quietUntil(nowMs, quietHours, shop.timezone),
    standing: {
      category: order.category,
      categorySinceMs: order.categorySince.getTime(),
      baseline: order.baseline,
      gone: order.goneAt !== null,
      decided: order.decision !== null && (order.category === 'confirmed' || order.category === 'cancelled'),
      messages: sayings.map(({ type, occurrence, state, why, atMs, attempt, recipient, outdated }) => ({
        type,
        occurrence,
        state,
        why,
        atMs,
        attempt,
        recipient,
        ...(outdated === undefined ? {} : { outdated }),
      })),
      phones: order.phones,
      phoneProblem: order.phoneProblem?.problem ?? null,
      refused,
      running: sheet?.running ?? false,
      switches: messageTypes,
      reminderMs: timings.reminderHours * HOUR_MS,
      offerMs: timings.rejectedOfferHours * HOUR_MS,
    },
  };
}

/** Prepared from what the row said then, and still here to the last part. */
function isOutdated(saying: StoredSaying, { phones, fields }: Order): boolean {
  if (saying.state !== 'waiting' || !saying.untouched) return false;
  const isForAnother = saying.recipient !== null && phones.every(({ number }) => number !== saying.recipient);
  return isForAnother || (saying.saidOf !== null && saying.saidOf !== saidOf(fields));
}
