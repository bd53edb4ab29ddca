import { useEffect, useState } from 'preact/hooks';
import { clock } from '../clock.ts';

/** The server's time, ticking for as long as there is something to count down to. */
export function useNow(untilMs: number | null, everyMs = 200): number {
  const [nowMs, setNow] = useState(() => clock.nowMs());
  useEffect(() => {
    if (untilMs === null) return;
    setNow(clock.nowMs());
    const ticking = setInterval(() => {
      setNow(clock.nowMs());
      if (clock.nowMs() > untilMs + 1_000) clearInterval(ticking);
    }, everyMs);
    return () => clearInterval(ticking);
  }, [untilMs, everyMs]);
  return nowMs;
}

export interface Remaining {
  readonly seconds: number;
  /** How much of the window is left, 0 to 1. */
  readonly share: number;
  readonly over: boolean;
}

export function useRemaining(
  window: { readonly opensAt: string; readonly endsAt: string } | null,
): Remaining | null {
  const endsAtMs = window === null ? null : Date.parse(window.endsAt);
  const nowMs = useNow(endsAtMs);
  if (window === null || endsAtMs === null) return null;
  const leftMs = Math.max(0, endsAtMs - nowMs);
  const wholeMs = Math.max(1, endsAtMs - Date.parse(window.opensAt));
  return { seconds: Math.ceil(leftMs / 1000), share: Math.min(1, leftMs / wholeMs), over: leftMs === 0 };
}
