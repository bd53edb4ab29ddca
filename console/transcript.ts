import { useEffect, useRef } from 'preact/hooks';
import type { Talk } from './api.ts';
import { clock } from './clock.ts';
import { useAction, useLoaded, type Loaded } from './loaded.ts';
import { useSession } from './session.ts';
import type { Conversation, Message } from './shapes.ts';

/** Messages in the API's own order with nothing missing between them, and where it goes on before the first. */
export interface Stretch {
  readonly messages: readonly Message[];
  readonly next: string | null;
}

/**
 * The newest page, behind what was read before it; what is in both is as the newest says. Joined by position, since a
 * message may be stored long after its own time. Where the two don't meet there is a gap that nobody has read, and
 * reading starts over from the newest page.
 */
export function joined(before: Stretch, newest: Stretch): Stretch {
  const keys = new Set(newest.messages.map(({ key }) => key));
  const meeting = before.messages.findIndex(({ key }) => keys.has(key));
  if (meeting <= 0) return newest;
  return { messages: [...before.messages.slice(0, meeting), ...newest.messages], next: before.next };
}

/** An older page in front of what is there. */
export function preceded(by: Stretch, stretch: Stretch): Stretch {
  const keys = new Set(stretch.messages.map(({ key }) => key));
  const older = by.messages.filter(({ key }) => !keys.has(key));
  return { messages: [...older, ...stretch.messages], next: by.next };
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
  const reading = useAction();
  const read = useRef<Stretch>({ messages: [], next: null });

  const now = loaded.state === 'ready' ? loaded.value : null;
  // The hour at which Zajel takes over again is no event: nobody does anything then.
  const handBackAt = now?.inCharge === 'human' ? now.handBackAt : null;
  useEffect(() => {
    if (handBackAt === null) return;
    const leftMs = Math.max(Date.parse(handBackAt) - clock.nowMs(), 0) + 500;
    const waiting = setTimeout(look, Math.min(leftMs, LONGEST_TIMER_MS));
    return () => clearTimeout(waiting);
  }, [handBackAt, look]);
  if (now !== null) read.current = joined(read.current, now);

  const { messages, next } = read.current;
  const readOlder = async (cursor: string): Promise<boolean> =>
    reading.run(async () => {
      const page = await shop.conversation(talk, cursor, AbortSignal.timeout(15_000));
      // Reading has started over meanwhile: this page belongs in front of what is no longer there.
      if (read.current.next === cursor) read.current = preceded(page, read.current);
    });
  return {
    loaded,
    messages,
    readOlder: next === null ? null : () => readOlder(next),
    readingOlder: reading.busy,
    error: reading.error,
    look,
  };
}
