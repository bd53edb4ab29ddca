import { setTimeout as sleep } from 'node:timers/promises';

export interface Delivery {
  readonly body: Buffer;
  readonly attempts: number;
  /** The last answer; null when there was none. */
  readonly status: number | null;
}

const LONGEST_PAUSE_MS = 5_000;

export interface PostSettings {
  readonly url: string;
  /** Made for every body: a signature, a secret. */
  readonly headers: (body: Buffer) => Record<string, string>;
  /** How often each is posted. @default 1 */
  readonly repeat?: number;
}

/**
 * Posts webhooks as a provider does: at least once, and if asked repeated and out of order. What is not taken is brought
 * again, from 100 ms doubling to 5 s, as long as the double lives: Meta keeps on for days.
 */
export interface Postman {
  post(body: Buffer, settings: PostSettings): void;
  /** Posts a batch whose order does not matter to the provider: reversed when `shuffle` is on. */
  postAll(bodies: readonly Buffer[], settings: PostSettings & { shuffle?: boolean; delayMs?: number }): void;
  deliveries(): readonly Delivery[];
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
  forget(): void;
  stop(): void;
}

export function createPostman(): Postman {
  const underWay = new Set<Promise<void>>();
  const stopped = new AbortController();
  let done: Delivery[] = [];

  const track = (work: Promise<void>): void => {
    const tracked = work
      .catch((error: unknown) => {
        if (!stopped.signal.aborted) throw error;
      })
      .finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  };

  const deliver = async (body: Buffer, settings: PostSettings): Promise<void> => {
    let status: number | null = null;
    let attempts = 0;
    while (status === null || status < 200 || status >= 300) {
      if (attempts > 0)
        await sleep(Math.min(100 * 2 ** (attempts - 1), LONGEST_PAUSE_MS), undefined, {
          signal: stopped.signal,
        });
      attempts += 1;
      status = await once(body, settings, stopped.signal);
    }
    done.push({ body, attempts, status });
  };
  const repeated = async (body: Buffer, settings: PostSettings): Promise<void> => {
    for (let copy = 0; copy < (settings.repeat ?? 1); copy += 1) await deliver(body, settings);
  };

  return {
    post: (body, settings) => track(repeated(body, settings)),
    postAll: (bodies, settings) =>
      track(
        (async () => {
          if (settings.delayMs !== undefined)
            await sleep(settings.delayMs, undefined, { signal: stopped.signal });
          for (const body of settings.shuffle === true ? bodies.toReversed() : bodies)
            await repeated(body, settings);
        })(),
      ),
    deliveries: () => done,
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    forget: () => (done = []),
    stop: () => stopped.abort(),
  };
}

/** Nobody listening is an answer too: the provider tries again later. */
async function once(
  body: Buffer,
  { url, headers }: PostSettings,
  signal: AbortSignal,
): Promise<number | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers(body) },
      body: new Uint8Array(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(20_000)]),
    });
    await response.arrayBuffer();
    return response.status;
  } catch (unreachable) {
    if (signal.aborted) throw unreachable;
    return null;
  }
}
