import { lineId, merchantId, messageKey, turnId } from '../../domain/ids.ts';
import type { Outgoing } from '../../domain/message.ts';
import type { SendContext } from '../../channels/channel.ts';

/** One part of an answer, for the contract tests of the channels. */
export const outgoing = (more: Partial<Outgoing> = {}): Outgoing => ({
  merchant: merchantId('demo'),
  line: lineId('wa'),
  key: messageKey('turn-7/1'),
  to: { address: '9647701234567' },
  text: 'سعره ٢٥ ألف دينار 🖤',
  part: 1,
  parts: 1,
  by: 'bot',
  turn: turnId('turn-7'),
  ...more,
});

export const within = (
  timeoutMs: number,
  signal: AbortSignal = new AbortController().signal,
): SendContext => ({ timeoutMs, signal });

/** What a promise failed with; failing to fail is a failure. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('it succeeded');
}
