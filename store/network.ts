import type { BreakerState, CallCounts, Destination } from '../domain/destination.ts';
import { addCounts, NO_CALLS } from '../domain/destination.ts';
import { mostOpen } from '../domain/network-health.ts';
import { merchantId, type MerchantId } from '../domain/ids.ts';
import type { Tx } from './database.ts';

/** A bucket of the sliding window. A window is rounded up to whole ones. */
const BUCKET_MS = 5_000;
/** Health looks at the last minute: long enough to mean something, short enough to be over when the trouble is. */
export const NETWORK_WINDOW_MS = 60_000;
/** The longest window that can be asked for. */
const BUCKETS_KEPT_MS = 15 * 60_000;
/** A breaker that its worker has not confirmed for this long went with its worker. */
const WORKER_GONE_MS = 30_000;

export interface Observed {
  readonly destination: Destination;
  readonly counts: CallCounts;
  readonly breaker: BreakerState;
  readonly consecutiveFailures: number;
  readonly since: Date;
}

/** Adds what one worker saw. Two statements, however many destinations; of a merchant that was deleted nothing is kept. */
export async function keepObservations(
  tx: Tx,
  worker: string,
  observed: readonly Observed[],
  nowMs: number,
): Promise<void> {
  const bucket = new Date(Math.floor(nowMs / BUCKET_MS) * BUCKET_MS).toISOString();
  const calls = observed.flatMap(({ destination, counts }) =>
    counts.calls === 0 ? [] : ['-infinity', bucket].map((at) => ({ ...destination, ...counts, bucket: at })),
  );
  if (calls.length > 0) {
    await tx.query(
      `insert into destination_calls as d (merchant, kind, id, bucket, calls, failures, retries, successful_retries, errors)
       select o.merchant, o.kind, o.id, o.bucket, o.calls, o.failures, o.retries, o."successfulRetries", o.errors
       from jsonb_to_recordset($1) as o (merchant text, kind text, id text, bucket timestamptz, calls bigint, failures bigint, retries bigint, "successfulRetries" bigint, errors jsonb)
       join merchants m on m.id = o.merchant order by 1, 2, 3, 4
       on conflict (merchant, kind, id, bucket) do update set calls = d.calls + excluded.calls, failures = d.failures + excluded.failures,
         retries = d.retries + excluded.retries, successful_retries = d.successful_retries + excluded.successful_retries,
         errors = (select coalesce(jsonb_object_agg(reason, count), '{}') from (
           select key as reason, sum(value::bigint) as count from (
             select * from jsonb_each_text(d.errors) union all select * from jsonb_each_text(excluded.errors)) both_of_them group by key) summed)`,
      [JSON.stringify(calls)],
    );
  }
  const breakers = observed.map(({ destination, breaker, consecutiveFailures, since }) => ({
    ...destination,
    breaker,
    failures: consecutiveFailures,
    since,
  }));
  await tx.query(
    `insert into destination_breakers (merchant, kind, id, worker, breaker, consecutive_failures, since, seen_at)
     select o.merchant, o.kind, o.id, $2, o.breaker, o.failures, o.since, $3
     from jsonb_to_recordset($1) as o (merchant text, kind text, id text, breaker text, failures int, since timestamptz)
     join merchants m on m.id = o.merchant
     on conflict (merchant, kind, id, worker) do update set breaker = excluded.breaker, consecutive_failures = excluded.consecutive_failures,
       since = excluded.since, seen_at = excluded.seen_at`,
    [JSON.stringify(breakers), worker, new Date(nowMs)],
  );
}

/** What has nothing to say any more: old buckets, breakers at rest, breakers of workers that are gone. */
export async function forgetOldObservations(tx: Tx, nowMs: number): Promise<void> {
  await tx.query(`delete from destination_calls where bucket > '-infinity' and bucket < $1`, [
    new Date(nowMs - BUCKETS_KEPT_MS),
  ]);
  await tx.query(
    `delete from destination_breakers where (breaker = 'closed' and consecutive_failures = 0) or seen_at < $1`,
    [new Date(nowMs - WORKER_GONE_MS)],
  );
}

/** A destination as all workers together see it. */
export interface DestinationReport {
  readonly destination: Destination;
  readonly total: CallCounts;
  /** Of the sliding window only. */
  readonly recent: CallCounts;
  /** The most open of all workers'. */
  readonly breaker: BreakerState;
  readonly consecutiveFailures: number;
}

interface CallRow {
  [column: string]: unknown;
  merchant: string;
  kind: Destination['kind'];
  id: string;
  is_total: boolean;
  calls: number;
  failures: number;
  retries: number;
  successful_retries: number;
  errors: Record<string, number>;
}

/** Runs as a merchant, who sees their own, or as the system, for whoever runs the installation. */
export async function readNetwork(
  tx: Tx,
  nowMs: number,
  windowMs = NETWORK_WINDOW_MS,
  merchant: MerchantId | null = null,
): Promise<DestinationReport[]> {
  const rows = await tx.query<CallRow>(
    `select merchant, kind, id, bucket = '-infinity' as is_total, calls::float8 as calls, failures::float8 as failures, retries::float8 as retries,
            successful_retries::float8 as successful_retries, errors
     from destination_calls where (bucket = '-infinity' or bucket > $1) and ($2::text is null or merchant = $2) order by merchant, kind, id`,
    [new Date(nowMs - windowMs - BUCKET_MS), merchant],
  );
  const breakers = await tx.query<{
    merchant: string;
    kind: Destination['kind'];
    id: string;
    breaker: BreakerState;
    failures: number;
  }>(
    `select merchant, kind, id, breaker, consecutive_failures as failures from destination_breakers where seen_at > $1 and (breaker <> 'closed' or consecutive_failures > 0) and ($2::text is null or merchant = $2)`,
    [new Date(nowMs - WORKER_GONE_MS), merchant],
  );
  const reports = new Map<string, DestinationReport>();
  const reportOf = ({
    merchant,
    kind,
    id,
  }: {
    merchant: string;
    kind: Destination['kind'];
    id: string;
  }): DestinationReport =>
    reports.get(`${merchant}/${kind}/${id}`) ?? {
      destination: { merchant: merchantId(merchant), kind, id },
      total: NO_CALLS,
      recent: NO_CALLS,
      breaker: 'closed',
      consecutiveFailures: 0,
    };
  const put = (report: DestinationReport): void => {
    const { merchant, kind, id } = report.destination;
    reports.set(`${merchant}/${kind}/${id}`, report);
  };
  for (const row of rows) {
    const report = reportOf(row);
    const { calls, failures, retries, successful_retries: successfulRetries, errors } = row;
    const counts: CallCounts = { calls, failures, retries, successfulRetries, errors };
    put(
      row.is_total ? { ...report, total: counts } : { ...report, recent: addCounts(report.recent, counts) },
    );
  }
  for (const { breaker, failures, ...of } of breakers) {
    const report = reportOf(of);
    put({
      ...report,
      breaker: mostOpen([report.breaker, breaker]),
      consecutiveFailures: Math.max(report.consecutiveFailures, failures),
    });
  }
  return [...reports.values()];
}

/** Counting starts anew. What breakers do is not a statistic and stays. */
export async function resetCounts(tx: Tx, merchant: MerchantId | null): Promise<void> {
  await tx.query('delete from destination_calls where $1::text is null or merchant = $1', [merchant]);
}
