interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

interface Attempt {
  /** For the `Idempotency-Key`: what is tried again after no clear answer goes under the same one. */
  readonly key: string;
  /** It was done. */
  done(): void;
  /** It was refused, or nobody knows. */
  failed(undecided: boolean): void;
}

interface Left {
  readonly place: string;
  readonly body: string;
  readonly key: string;
}

/** More than anybody leaves open; a tab that is never closed must not grow. */
const LARGEST = 50;

/** The calls that got no clear answer and may be made again. What became of them nobody knows, so they keep their keys. */
export class UndecidedCalls {
  #left: readonly Left[] = [];

  attempt({ method, path, body: sent }: Call): Attempt {
    const place = `${method} ${path}`;
    const body = JSON.stringify(sent ?? null);
    const same = (left: Left): boolean => left.place === place && left.body === body;
    const key = this.#left.find(same)?.key ?? randomId();
    return {
      key,
      done: () => {
        // Whoever has gone on to something else here gave up the rest: the same words later are a new wish.
        this.#left = this.#left.filter((left) => left.place !== place);
      },
      failed: (undecided) => {
        const others = this.#left.filter((left) => !same(left));
        this.#left = undecided ? [...others, { place, body, key }].slice(-LARGEST) : others;
      },
    };
  }
}

/** `crypto.randomUUID` is missing where the console is opened over plain HTTP in a local network. */
export const randomId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
