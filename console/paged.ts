import { useRef, useState } from 'preact/hooks';
import { useAction, useLoaded, type Loaded } from './loaded.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}
export type ReadPage<Item> = (
  from: { readonly cursor: string | null; readonly limit: number },
  signal: AbortSignal,
) => Promise<Page<Item>>;

/** What is shown first, and what "more" adds. */
const STEP = 50;
/** As many as one call may bring. */
const LARGEST = 500;
const READ_WITHIN_MS = 15_000;

export interface Paged<Item> {
  readonly loaded: Loaded<Page<Item>>;
  readonly look: () => void;
  /** Reads the next ones; null when there are none. */
  readonly more: (() => void) | null;
  readonly busy: boolean;
  readonly error: unknown;
}

/**
 * A list with a cursor, as far as somebody has read it. When anything changes it is read again to the same depth, so what
 * moved within it stands where it belongs.
 */
export function usePaged<Item>(
  name: string,
  read: ReadPage<Item>,
  { live = true, keyOf }: { readonly live?: boolean; readonly keyOf: (item: Item) => string },
): Paged<Item> {
  const depth = useRef({ name, items: STEP });
  if (depth.current.name !== name) depth.current = { name, items: STEP };
  const [loaded, look] = useLoaded(name, (signal) => upTo(depth.current.items, read, signal), { live });
  const [added, setAdded] = useState<{ readonly to: Page<Item>; readonly page: Page<Item> } | null>(null);
  const reading = useAction();

  const base = loaded.state === 'ready' ? loaded.value : null;
  const page = added !== null && added.to === base ? added.page : base;
  const more = (from: Page<Item>, cursor: string): void =>
    void reading.run(async () => {
      const next = await read({ cursor, limit: STEP }, AbortSignal.timeout(READ_WITHIN_MS));
      depth.current.items += STEP;
      if (base !== null)
        setAdded({ to: base, page: { items: joined(from.items, next.items, keyOf), next: next.next } });
    });
  const cursor = page?.next ?? null;
  return {
    loaded: page === null ? loaded : { state: 'ready', value: page },
    look,
    more: page === null || cursor === null ? null : () => more(page, cursor),
    busy: reading.busy,
    error: reading.error,
  };
}

async function upTo<Item>(count: number, read: ReadPage<Item>, signal: AbortSignal): Promise<Page<Item>> {
  const items: Item[] = [];
  for (let cursor: string | null = null; ;) {
    const page = await read({ cursor, limit: Math.min(LARGEST, count - items.length) }, signal);
    items.push(...page.items);
    if (page.next === null || items.length >= count) return { items, next: page.next };
    cursor = page.next;
  }
}

/** All of a list that is never long: lines, keys, shops. */
export async function allOf<Item>(read: ReadPage<Item>, signal: AbortSignal): Promise<Item[]> {
  return [...(await upTo(Number.POSITIVE_INFINITY, read, signal)).items];
}

/** What moved to another page between two calls is shown once. */
function joined<Item>(before: readonly Item[], next: readonly Item[], keyOf: (item: Item) => string): Item[] {
  const known = new Set(before.map(keyOf));
  return [...before, ...next.filter((item) => !known.has(keyOf(item)))];
}
