import { Context } from '@temporalio/activity';
import { z } from 'zod';
import type { Failure } from '../domain/errors.ts';
import type { MerchantId } from '../domain/ids.ts';
import { EMPTY_MEMORY, type SheetMemory } from '../sheets/memory.ts';
import type { SheetSource } from '../sheets/source.ts';
import type { SheetPlace } from '../sheets/sources.ts';
import type { Tx } from '../store/database.ts';
import type { Seal } from '../store/sealed.ts';
import { readMemory, recordTrouble, type Sheet } from '../store/sheets.ts';
import type { ActivityContext } from './context.ts';
import { destinationFailing, DestinationFailing } from './resilience/resilience.ts';

const memorySchema = z.object({
  headers: z.array(z.string()).nullable(),
  rows: z.array(
    z.object({
      rowKey: z.string(),
      status: z.string(),
      cells: z.record(z.string(), z.string()),
      missing: z.number(),
    }),
  ),
  // Of a sheet that was connected before these were remembered, nobody knows.
  held: z
    .array(
      z.object({
        rowKey: z.string().nullable(),
        cells: z.record(z.string(), z.string()),
        missing: z.number(),
      }),
    )
    .default([]),
});

/** What is remembered of the sheet; nothing before the first reading. */
export async function memoryOf(tx: Tx, merchant: MerchantId): Promise<SheetMemory> {
  const stored = (await readMemory(tx, merchant))?.memory ?? null;
  return stored === null ? EMPTY_MEMORY : memorySchema.parse(stored);
}

/** The sheet's place with its opened key. */
export const placeOf = (
  { config, credentials, columns }: Pick<Sheet, 'config' | 'credentials' | 'columns'>,
  seal: Seal,
): SheetPlace =>
  config.kind === 'file'
    ? { ...config, columns }
    : { ...config, columns, credentials: credentials === null ? null : seal.openJson(credentials) };

/** Keeps why the sheet can't be used; the alert that tells the operator lasts as long. */
export async function troubled(
  { database, now }: Pick<ActivityContext, 'database' | 'now'>,
  merchant: MerchantId,
  failure: Pick<Failure, 'class' | 'reason' | 'detail'>,
): Promise<void> {
  await database.merchant(merchant, (tx) =>
    recordTrouble(
      tx,
      merchant,
      failure.reason,
      { class: failure.class, detail: failure.detail },
      new Date(now()),
    ),
  );
}

/** Around every call of a Google sheet: counted, and left alone while it fails. A file is no network. */
export function askSheet<T>(
  { resilience }: Pick<ActivityContext, 'resilience'>,
  merchant: MerchantId,
  source: SheetSource,
  work: () => Promise<T>,
): Promise<T> {
  if (source.kind !== 'google') return work();
  const isRetry = Context.current().info.attempt > 1;
  return resilience.call(
    { kind: 'sheet', merchant, id: 'google' },
    { isRetry, classify: (error) => source.classify(error) },
    work,
  );
}

/** What went wrong with it; nothing did where it was left alone. */
export const sheetFailure = (source: SheetSource, error: unknown): Failure =>
  error instanceof DestinationFailing ? destinationFailing(error) : source.classify(error);
