import { Context } from '@temporalio/activity';
import { settingsOf, type MerchantSettings } from '../domain/settings.ts';
import type { MerchantId } from '../domain/ids.ts';
import { compare, unpinned, withPinned } from '../sheets/compare.ts';
import type { SheetMemory } from '../sheets/memory.ts';
import type { PinnedRow, SheetReading, SheetSource } from '../sheets/source.ts';
import type { Database } from '../store/database.ts';
import { readMerchant, readSettings, type Merchant } from '../store/merchants.ts';
import { wantingAttention } from '../store/order-attention.ts';
import { oldestUnsettled } from '../store/order-rows.ts';
import { lockSheet, readSheet, recordPolled, recordTrouble, type Sheet } from '../store/sheets.ts';
import type { Polled, SheetActivities } from '../workflows/sheet-activities.ts';
import { SHEETS_ATTEMPTS } from '../workflows/policies.ts';
import type { ActivityContext } from './context.ts';
import { heartbeating } from './heartbeating.ts';
import { DestinationFailing } from './resilience/resilience.ts';
import { askSheet, memoryOf, placeOf, sheetFailure, troubled } from './sheet-access.ts';
import { cancelSwitchedOff, settle, takeComparison } from './take-reading.ts';
import { retryLater } from './write-back.ts';

/** Signals of one poll; what is left over is taken by the next. */
const MOST_SIGNALS = 2_000;

interface Known {
  readonly sheet: Sheet;
  readonly shop: Merchant;
  readonly settings: MerchantSettings;
}

/** A reading, and what was known before it. */
interface Found {
  readonly read: SheetReading;
  readonly memory: SheetMemory;
}

/** One poll: reading, comparing and keeping what follows, then telling the orders concerned. */
export function createPollSheet(context: ActivityContext): SheetActivities['pollSheet'] {
  const { database } = context;
  return ({ merchant, nowMs }) =>
    heartbeating(async (): Promise<Polled> => {
      const known = await readKnown(database, merchant);
      if (known === null || !known.sheet.running) return { kind: 'stopped' };
      const pollMs = known.settings.timings.pollSeconds * 1_000;
      const failed = await poll(merchant, known, pollMs, nowMs);
      const orders = await database.merchant(merchant, (tx) => wantingAttention(tx, merchant, MOST_SIGNALS));
      // After the commit: a death in between leaves the call for attention, and the next poll makes it.
      for (const order of orders) await context.orderMail.orderNews({ merchant, order }, 'sheet');
      return failed ?? { kind: 'polled', nextMs: await untilNext(merchant, known.settings, nowMs) };
    });

  async function poll(
    merchant: MerchantId,
    known: Known,
    pollMs: number,
    nowMs: number,
  ): Promise<Polled | null> {
    const { sheet } = known;
    let memory: Promise<SheetMemory> | null = null;
    // Megabytes for a long sheet. That it is as old as `sheet` is seen by the version before anything is kept.
    const remember = (): Promise<SheetMemory> =>
      (memory ??= database.merchant(merchant, (tx) => memoryOf(tx, merchant)));
    const { cancellationSignal: signal, info } = Context.current();
    const source = context.sources.of(merchant, placeOf(sheet, context.seal));
    try {
      const read = await askSheet(context, merchant, source, () =>
        source.read({
          signal,
          memory: remember,
          ...(sheet.modified === null ? {} : { unlessModified: sheet.modified }),
        }),
      );
      const found = read.kind === 'unchanged' ? null : { read, memory: await remember() };
      await keep(merchant, known, source, found, new Date(nowMs));
      return null;
    } catch (error) {
      const failure = sheetFailure(source, error);
      // Left alone for a while: the operator knows since it began to fail, and the next poll asks again.
      if (error instanceof DestinationFailing)
        return { kind: 'failing', reason: failure.reason, pollMs: Math.max(pollMs, error.waitMs) };
      context.logger.warn({
        event: 'sheet not read',
        merchant,
        class: failure.class,
        reason: failure.reason,
        err: error,
      });
      const passing = failure.class === 'retryable' || failure.class === 'throttled';
      if (passing && info.attempt < SHEETS_ATTEMPTS) throw retryLater(failure);
      await troubled(context, merchant, failure);
      return { kind: 'failing', reason: failure.reason, pollMs };
    }
  }

  async function keep(
    merchant: MerchantId,
    { sheet, shop, settings }: Known,
    source: SheetSource,
    found: Found | null,
    now: Date,
  ): Promise<void> {
    const { cancellationSignal: signal } = Context.current();
    const bare = found === null ? [] : unpinned(found.read);
    const pinned: readonly PinnedRow[] =
      bare.length === 0
        ? []
        : (await askSheet(context, merchant, source, () => source.pin(bare, signal))).rows;
    const settledBefore = new Date(now.getTime() - settings.timings.settleSeconds * 1_000);
    await database.merchant(merchant, async (tx) => {
      const locked = await lockSheet(tx, merchant);
      // Another poll, a stop or a new connection came first: this reading is of a past that is over.
      if (locked === null || !locked.running || locked.version !== sheet.version) return;
      await cancelSwitchedOff(tx, merchant, locked, settings.messageTypes, now);
      if (found === null) {
        await recordPolled(tx, merchant, now);
      } else {
        const { memory } = found;
        const reading = withPinned(found.read, pinned);
        const comparison = compare(memory, reading);
        if (comparison.kind === 'suspicious') {
          await recordTrouble(tx, merchant, comparison.suspicion.reason, { ...comparison.suspicion }, now);
          return;
        }
        await takeComparison(tx, {
          merchant,
          shop,
          sheet: locked,
          memory,
          reading,
          comparison,
          tabId: reading.tab?.id ?? null,
          hashKey: context.hashKey,
          at: now,
        });
      }
      await settle(tx, { merchant, at: now, before: settledBefore });
    });
  }

  async function untilNext(merchant: MerchantId, settings: MerchantSettings, nowMs: number): Promise<number> {
    const { pollSeconds, settleSeconds } = settings.timings;
    const oldest = await database.merchant(merchant, (tx) => oldestUnsettled(tx, merchant));
    if (oldest === null) return pollSeconds * 1_000;
    return Math.min(pollSeconds * 1_000, Math.max(oldest.getTime() + settleSeconds * 1_000 - nowMs, 200));
  }
}

const readKnown = (database: Database, merchant: MerchantId): Promise<Known | null> =>
  database.merchant(merchant, async (tx) => {
    const sheet = await readSheet(tx, merchant);
    const shop = await readMerchant(tx, merchant);
    if (sheet === null || shop === null) return null;
    return {
      sheet,
      shop,
      settings: settingsOf(await readSettings(tx, merchant)),
    };
  });
