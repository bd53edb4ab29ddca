import { useEffect, useRef, useState } from 'preact/hooks';
import type { Talk } from './api.ts';
import { clock } from './clock.ts';
import { useAction, useLoaded, type Loaded } from './loaded.ts';
import { useSession } from './session.ts';
import type { Conversation, Message } from './shapes.ts';

/** The newest page in front of what was read before it; what is in both is as the newest says. */
export function joined(before: readonly Message[], newest: readonly Message[]): Message[] {
  const first = newest[0];
  if (first === undefined) return [...before];
  const keys = new Set(newest.map(({ key }) => key));
  return [...before.filter(({ key, at }) => !keys.has(key) && at <= first.at), ...newest];
}

/**
 * The fragments of the open window: the last ones that no turn has taken. What was never meant to be answered has no
 * turn either, so the window's own count says how many they are.
 */
export function gathered(window: Conversation['window'], messages: readonly Message[]): Message[] {
  if (window === null || window.count === 0) return [];
  const free = messages.filter(
    ({ direction, turn, status }) => direction === 'in' && turn === null && status === 'received',
  );
  return free.slice(-window.count);
}

/** What `setTimeout` can count to: 24 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface Transcript {
  readonly loaded: Loaded<Conversation>;
  readonly messages: readonly Message[];
  /** Null when nothing older is left. */
  readonly readOlder: (() => Promise<boolean>) | null;
  readonly readingOlder: boolean;
  readonly error: unknown;
  readonly look: () => void;
}

/** A conversation as it is now, and as far back as somebody has read. */
export function useTranscript(talk: Talk): Transcript {
  const { shop } = useSession();
  const [loaded, look] = useLoaded(`talk/${talk.platform}/${talk.customer}`, (signal) =>
    shop.conversation(talk, null, signal),
  );
  const [older, setOlder] = useState<{
    readonly messages: readonly Message[];
    readonly next: string | null;
  } | null>(null);
  const reading = useAction();
  const seen = useRef<readonly Message[]>([]);

  const now = loaded.state === 'ready' ? loaded.value : null;
  // The hour at which Zajel takes over again is no event: nobody does anything then.
  const handBackAt = now?.inCharge === 'human' ? now.handBackAt : null;
  useEffect(() => {
    if (handBackAt === null) return;
    const leftMs = Math.max(Date.parse(handBackAt) - clock.nowMs(), 0) + 500;
    const waiting = setTimeout(look, Math.min(leftMs, LONGEST_TIMER_MS));
    return () => clearTimeout(waiting);
  }, [handBackAt, look]);
  useEffect(() => {
    if (now !== null) setOlder((before) => before ?? { messages: [], next: now.next });
  }, [now]);
  if (now !== null) seen.current = joined(seen.current, now.messages);

  const readOlder = async (): Promise<boolean> => {
    const cursor = older?.next ?? null;
    if (cursor === null) return false;
    return reading.run(async () => {
      const page = await shop.conversation(talk, cursor, AbortSignal.timeout(15_000));
      seen.current = joined(page.messages, seen.current);
      setOlder({ messages: page.messages, next: page.next });
    });
  };
  return {
    loaded,
    messages: seen.current,
    readOlder: older?.next === null ? null : readOlder,
    readingOlder: reading.busy,
    error: reading.error,
    look,
  };
}
