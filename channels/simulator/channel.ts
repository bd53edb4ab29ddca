import { ClassifiedError, networkCode, type Failure } from '../../domain/errors.ts';
import type { LineId, MerchantId } from '../../domain/ids.ts';
import type { Outgoing } from '../../domain/message.ts';
import type { Channel, LookUp, SendContext, SendReceipt } from '../channel.ts';
import { parse } from './parse.ts';

/** The phone network that the simulator stands in front of; the house hands in where it is kept. */
export interface PhoneNetwork {
  failures(
    merchant: MerchantId,
    line: LineId,
  ): Promise<{
    readonly refuse: number;
    readonly timeoutAfterAccept: number;
    readonly throttle: number;
    readonly delayMs: number;
  }>;
  accept(outgoing: Outgoing): Promise<string>;
  find(merchant: MerchantId, line: LineId, key: string): Promise<string | null>;
}

/** A simulated line has no credentials. */
export type SimulatorAccount = Readonly<Record<string, never>>;

/** How long a throttled phone network asks for patience. */
const THROTTLED_MS = 1_000;

/**
 * A phone network without phones: for newcomers, tests and the bench. A channel like any other, with
 * failures that can be set; `random` is handed in so that a drill can be repeated.
 */
export function simulator(
  network: PhoneNetwork,
  random: () => number = Math.random,
): Channel<SimulatorAccount> {
  return {
    name: 'simulator',
    platform: 'simulator',
    capabilities: {
      maxText: { unit: 'characters', limit: 4096 },
      serviceWindowHours: null,
      humanWindowHours: null,
      templates: false,
    },
    parse,
    classify,

    async send(_account, outgoing: Outgoing, context: SendContext): Promise<SendReceipt> {
      const failures = await network.failures(outgoing.merchant, outgoing.line);
      if (failures.delayMs > 0) await pause(failures.delayMs, context);
      if (random() < failures.throttle)
        throw new ClassifiedError({
          class: 'throttled',
          reason: 'throttled',
          detail: 'the simulated network asks to slow down',
          scope: 'line',
          retryAfterMs: THROTTLED_MS,
        });
      if (random() < failures.refuse)
        throw new ClassifiedError({
          class: 'retryable',
          reason: 'connection-refused',
          detail: 'the simulated network refused the message',
        });
      const providerId = await network.accept(outgoing);
      if (random() < failures.timeoutAfterAccept)
        throw new ClassifiedError({
          class: 'unknown',
          reason: 'timeout-after-send',
          detail: 'the simulated network took the message and never answered',
        });
      return { providerId };
    },

    async lookUp(_account, { merchant, line, key }): Promise<LookUp> {
      const providerId = await network.find(merchant, line, key);
      return providerId === null ? { found: 'absent' } : { found: 'present', providerId };
    },
  };
}

function classify(error: unknown): Failure {
  if (error instanceof ClassifiedError) return error.failure;
  const code = networkCode(error);
  const words = error instanceof Error ? error.message : String(error);
  // The network's own store broke while it took the message: whether it has it is not known.
  return { class: 'unknown', reason: 'network-error', detail: code === null ? words : `${code}: ${words}` };
}

function pause(ms: number, { signal, timeoutMs }: SendContext): Promise<void> {
  return new Promise((resolve, reject) => {
    const timedOut = ms > timeoutMs;
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
    };
    const aborted = (): void => {
      done();
      reject(
        new ClassifiedError({
          class: 'retryable',
          reason: 'stopped',
          detail: 'stopped before the simulated network was asked',
        }),
      );
    };
    const timer = setTimeout(
      () => {
        done();
        if (timedOut)
          reject(
            new ClassifiedError({
              class: 'retryable',
              reason: 'timeout',
              detail: 'the simulated network did not answer in time',
            }),
          );
        else resolve();
      },
      Math.min(ms, timeoutMs),
    );
    signal.addEventListener('abort', aborted, { once: true });
  });
}
