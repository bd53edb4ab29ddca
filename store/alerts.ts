import { merchantId, type MerchantId } from '../domain/ids.ts';
import type { Tx } from './database.ts';
import { recordEvent } from './events.ts';

export type AlertRule =
  | 'breaker-open'
  | 'line-down'
  | 'line-paused'
  | 'error-rate-critical'
  | 'messages-not-taken'
  | 'messages-waiting'
  | 'sheet-trouble'
  | 'unknown-status';

/** Something that needs a person, named by its rule and what it is about. */
export interface Alert {
  readonly merchant: MerchantId;
  readonly rule: AlertRule;
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A line that is meant to be on and that nobody can send over. */
export async function linesDown(tx: Tx): Promise<Alert[]> {
  const rows = await tx.query<{ merchant: string; id: string; state: string; reason: string | null }>(
    `select merchant, id, state, reason from lines where desired = 'started' and state in ('logged-out', 'needs-qr')`,
  );
  return rows.map(({ merchant, id, state, reason }) => ({
    merchant: merchantId(merchant),
    rule: 'line-down',
    subject: id,
    detail: { line: id, state, reason },
  }));
}

/** A number that its provider has stopped for long: too many customers blocked or reported it. */
export async function linesPaused(tx: Tx, until: Date): Promise<Alert[]> {
  const rows = await tx.query<{ merchant: string; id: string; paused_until: Date }>(
    `select merchant, id, paused_until from lines where desired = 'started' and paused_until > $1`,
    [until],
  );
  return rows.map(({ merchant, id, paused_until }) => ({
    merchant: merchantId(merchant),
    rule: 'line-paused',
    subject: id,
    detail: { line: id, until: paused_until.toISOString() },
  }));
}

/** Customers' messages that the sweep has brought again and again, and that no turn has taken. */
export async function messagesNotTaken(tx: Tx, swept: number): Promise<Alert[]> {
  const rows = await tx.query<{ merchant: string; count: number }>(
    `select merchant, count(*)::int as count from messages where direction = 'in' and turn is null and status = 'received' and swept >= $1 group by merchant`,
    [swept],
  );
  return rows.map(({ merchant, count }) => ({
    merchant: merchantId(merchant),
    rule: 'messages-not-taken',
    subject: 'inbox',
    detail: { count },
  }));
}

/**
 * What waits for these reasons waits because somebody wants it to: the shop, by its pace, its quiet hours, a stop, a take-over
 * or a row that it took away; or the customer, who wants to hear nothing. It may last for good, and would hide what needs a person.
 */
const WANTED = ['pace', 'quiet-hours', 'automation-stopped', 'taken-over', 'row-gone', 'opted-out'] as const;

/** Answers and messages that wait for long, and not because somebody wants them to. */
export async function messagesWaiting(tx: Tx, since: Date): Promise<Alert[]> {
  const rows = await tx.query<{ merchant: string; line: string; count: number; reason: string | null }>(
    `select merchant, line, count(*)::int as count, min(reason) as reason from messages
     where direction = 'out' and status = 'waiting' and received_at < $1 and coalesce(reason, '') <> all($2)
     group by merchant, line`,
    [since, WANTED],
  );
  return rows.map(({ merchant, line, count, reason }) => ({
    merchant: merchantId(merchant),
    rule: 'messages-waiting',
    subject: line,
    detail: { line, count, reason },
  }));
}

/** Sheets that are watched and can't be: the key was refused, columns are gone, Google has been away for longer than a retry lasts. */
export async function sheetsInTrouble(tx: Tx): Promise<Alert[]> {
  const rows = await tx.query<{ merchant: string; reason: string }>(
    `select merchant, trouble ->> 'reason' as reason from sheets where running and trouble is not null`,
  );
  return rows.map(({ merchant, reason }) => ({
    merchant: merchantId(merchant),
    rule: 'sheet-trouble',
    subject: 'sheet',
    detail: { reason },
  }));
}

/** Words in a sheet's status column that mean nothing yet: their orders wait for somebody to say what they mean. */
export async function unknownStatuses(tx: Tx): Promise<Alert[]> {
  const rows = await tx.query<{ merchant: string; shown: string }>(
    'select merchant, shown from status_words where category is null',
  );
  return rows.map(({ merchant, shown }) => ({
    merchant: merchantId(merchant),
    rule: 'unknown-status',
    subject: shown,
    detail: { word: shown },
  }));
}

export interface AlertChange extends Alert {
  readonly state: 'raised' | 'cleared';
}

/** Compares what is wrong now with what was said to be. Each change is told once, whichever worker sees it first. */
export async function settleAlerts(tx: Tx, wrong: readonly Alert[], now: Date): Promise<AlertChange[]> {
  const changes: AlertChange[] = [];
  for (const alert of wrong) {
    const raised = await tx.query(
      `insert into alerts as a (merchant, rule, subject, detail, raised_at) select $1, $2, $3, $4, $5 from merchants where id = $1
       on conflict (merchant, rule, subject) do update set detail = excluded.detail, raised_at = excluded.raised_at, cleared_at = null
         where a.cleared_at is not null returning rule`,
      [alert.merchant, alert.rule, alert.subject, JSON.stringify(alert.detail), now],
    );
    if (raised.length > 0) changes.push({ ...alert, state: 'raised' });
  }
  const open = await tx.query<{
    merchant: string;
    rule: AlertRule;
    subject: string;
    detail: Record<string, unknown>;
  }>('select merchant, rule, subject, detail from alerts where cleared_at is null for update skip locked');
  for (const { merchant, ...row } of open) {
    const alert = { ...row, merchant: merchantId(merchant) };
    if (
      wrong.some(
        (one) => one.merchant === alert.merchant && one.rule === alert.rule && one.subject === alert.subject,
      )
    )
      continue;
    await tx.query('update alerts set cleared_at = $4 where merchant = $1 and rule = $2 and subject = $3', [
      merchant,
      row.rule,
      row.subject,
      now,
    ]);
    changes.push({ ...alert, state: 'cleared' });
  }
  for (const { merchant, rule, subject, detail, state } of changes)
    await recordEvent(tx, { merchant, kind: 'alert', data: { rule, subject, state, detail } });
  return changes;
}
