import type { Engine } from './engine.ts';

/**
 * PostgreSQL's own `statement_timeout` needs a timer's signal, which WebAssembly has not. Here the thread counts up
 * when a client's request begins and when it ends (odd: one is running), and its owner looks: the thread itself is
 * blocked meanwhile.
 */
export type RequestCount = Int32Array<SharedArrayBuffer>;

export const requestCount = (memory = new SharedArrayBuffer(4)): RequestCount => new Int32Array(memory);

/** For the thread. */
export function counted(engine: Engine, count: RequestCount): Engine {
  return {
    async run(messages) {
      Atomics.add(count, 0, 1);
      try {
        return await engine.run(messages);
      } finally {
        Atomics.add(count, 0, 1);
      }
    },
    close: () => engine.close(),
  };
}

/** A sleeping laptop looks no more often than it runs: looks are counted, not time. */
const LOOKS = 20;

/** For its owner: told when one and the same request was seen running at every look. Returns how to stop looking. */
export function watchRequests(count: RequestCount, longestMs: number, onStuck: () => void): () => void {
  let seen = 0;
  let times = 0;
  const looking = setInterval(() => {
    const now = Atomics.load(count, 0);
    times = now % 2 !== 0 && now === seen ? times + 1 : 0;
    seen = now;
    if (times < LOOKS) return;
    clearInterval(looking);
    onStuck();
  }, longestMs / LOOKS);
  looking.unref();
  return () => clearInterval(looking);
}
