import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { CallError, isRefused } from './http.ts';
import { useSession } from './session.ts';

/** What was asked for. Once it was there it stays on the screen while it is asked for again. */
export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly error: unknown };

type Asked<T> = Loaded<T> & { readonly name: string };

/**
 * Asks for something, and again whenever anything may have changed (unless `live` is off: a form must not change
 * under the hands), and every so often where no event tells of a change. `name` says what is asked for: another name, another thing. Never two questions at once.
 */
export function useLoaded<T>(
  name: string,
  ask: (signal: AbortSignal) => Promise<T>,
  { live = true, everyMs }: { readonly live?: boolean; readonly everyMs?: number } = {},
): [Loaded<T>, () => void] {
  const session = useSession();
  const [loaded, setLoaded] = useState<Asked<T>>({ state: 'loading', name });
  const latest = useRef(ask);
  latest.current = ask;
  const looking = useRef<{ again: boolean } | null>(null);
  const abort = useRef<AbortController | null>(null);

  const look = useCallback(() => {
    if (looking.current !== null) {
      looking.current.again = true;
      return;
    }
    const turn = { again: false };
    looking.current = turn;
    const controller = new AbortController();
    abort.current = controller;
    const done = (): void => {
      if (controller.signal.aborted) return;
      looking.current = null;
      if (turn.again) look();
    };
    latest.current(controller.signal).then(
      (value) => {
        if (controller.signal.aborted) return;
        session.live.heard(true);
        setLoaded({ state: 'ready', value, name });
        done();
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        session.live.heard(!(error instanceof CallError && error.failure.kind === 'offline'));
        if (isRefused(error, 401)) session.signOut();
        // What is on the screen stays, unless it is gone or no longer so; only the first failure has nothing to show.
        setLoaded((before) =>
          before.state === 'ready' && before.name === name && !isRefused(error, 404, 409)
            ? before
            : { state: 'failed', error, name },
        );
        done();
      },
    );
  }, [name, session]);

  useEffect(() => {
    look();
    const stop = live ? session.live.onChange(look) : undefined;
    const ticking = everyMs === undefined ? undefined : setInterval(look, everyMs);
    return () => {
      stop?.();
      clearInterval(ticking);
      abort.current?.abort();
      looking.current = null;
    };
  }, [look, live, everyMs, session]);

  return [loaded.name === name ? loaded : { state: 'loading' }, look];
}

/** Something the operator does: one at a time, its failure kept to be shown. */
export function useAction(): {
  busy: boolean;
  error: unknown;
  run: (action: () => Promise<unknown>) => Promise<boolean>;
  clear: () => void;
} {
  const session = useSession();
  const [busy, setBusy] = useState(false);
  // What the page was last drawn with may be older than the last action.
  const running = useRef(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (action: () => Promise<unknown>): Promise<boolean> => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setError(null);
    try {
      await action();
      session.live.touch();
      return true;
    } catch (failure) {
      if (isRefused(failure, 401)) session.signOut();
      setError(failure);
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { busy, error, run, clear: () => setError(null) };
}
