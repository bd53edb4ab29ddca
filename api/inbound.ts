import type { LineId, MerchantId, MessageKey } from '../domain/ids.ts';
import type { ChannelName, Inbound } from '../domain/message.ts';
import type { InboundDeps } from './destination.ts';
import type { ApiMetrics } from './metrics.ts';
import { Problem } from './problem.ts';
import { takeInbound } from './take-inbound.ts';
import {
  databaseUnavailable,
  PATIENCE_MS,
  temporalUnavailable,
  unavailabilityBehind,
  within,
} from './unavailable.ts';

/** The line that something came in on. */
export interface ReceivingLine {
  readonly merchant: MerchantId;
  readonly id: LineId;
  readonly channel: ChannelName;
  readonly account: string;
}

/** What became of one item. */
export type Receipt =
  | { readonly kind: 'message'; readonly key: MessageKey; readonly isNew: boolean }
  | {
      readonly kind: 'recorded';
      readonly what: 'edit' | 'deletion' | 'reaction' | 'status' | 'owners-message';
    }
  /** Known already, about nothing of ours, or not to be understood. */
  | { readonly kind: 'ignored'; readonly why: string };

/** `startedMs`: when the request that brings them came in; its first item must not be late because of what was before it. */
export type Receive = (
  line: ReceivingLine,
  items: readonly Inbound[],
  startedMs?: number,
) => Promise<Receipt[]>;

/** Whom one item is waiting for, so that a caller who can't wait any longer is told who is away. */
export interface Progress {
  waitingFor: 'database' | 'temporal';
}

/**
 * The one way in, for every channel: stored, then signalled, and only then answered. When the database or Temporal
 * is away this throws a 503 within 2 s; what was stored by then is found by the sender's repeat, or by the sweep.
 */
export function receiver(
  deps: InboundDeps,
  metrics: Pick<ApiMetrics, 'accept' | 'messagesIn' | 'malformed'>,
): Receive {
  const receiveOne = async (line: ReceivingLine, item: Inbound, patienceMs: number): Promise<Receipt> => {
    const { channel } = line;
    const accepted = metrics.accept.startTimer({ channel });
    const progress: Progress = { waitingFor: 'database' };
    const receipt = await within(patienceMs, takeInbound(deps, line, item, progress), () =>
      progress.waitingFor === 'database' ? databaseUnavailable() : temporalUnavailable(),
    );
    if (item.kind === 'malformed') metrics.malformed.inc({ channel });
    if (receipt.kind === 'message') {
      accepted();
      metrics.messagesIn.inc({ channel, outcome: receipt.isNew ? 'new' : 'redelivered' });
    }
    return receipt;
  };

  return async (line, items, startedMs = Date.now()) => {
    const receipts: Receipt[] = [];
    const failures: unknown[] = [];
    for (const [index, item] of items.entries()) {
      const patienceMs = index === 0 ? startedMs + PATIENCE_MS - Date.now() : PATIENCE_MS;
      try {
        receipts.push(await receiveOne(line, item, patienceMs));
      } catch (error) {
        // Away for one is away for all: the sender brings them again.
        if (error instanceof Problem || unavailabilityBehind(error) !== null) throw error;
        failures.push(error);
      }
    }
    // One bad item doesn't cost the others; the sender hears of it once they are in.
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.length} of ${items.length} items could not be kept`, {
        cause: failures[0],
      });
    return receipts;
  };
}
