import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useLocale } from '../locale.tsx';
import { Icon } from '../parts/icon.tsx';
import type { Conversation, Message } from '../shapes.ts';
import { gathered, type Transcript } from '../transcript.ts';
import { Bubble } from './bubble.tsx';
import { OpenWindow } from './open-window.tsx';

/** Nearer to the end than this, somebody is reading along. */
const NEAR_PX = 120;

export function TranscriptView({
  of,
  transcript,
}: {
  readonly of: Conversation;
  readonly transcript: Transcript;
}) {
  const { t, day } = useLocale();
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [unseen, setUnseen] = useState(false);
  const { messages, readOlder, readingOlder } = transcript;
  const fragments = gathered(of.window, messages);
  const settled = messages.filter((message) => !fragments.includes(message));
  const last = messages.at(-1)?.key ?? '';

  useLayoutEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    if (atEnd.current) box.scrollTop = box.scrollHeight;
    else setUnseen(true);
  }, [last, fragments.length, of.phase]);

  const toEnd = (): void =>
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior: 'smooth' });
  const older = async (): Promise<void> => {
    const box = scroller.current;
    const fromEnd = box === null ? 0 : box.scrollHeight - box.scrollTop;
    if ((await readOlder?.()) !== true || box === null) return;
    // What was being read stays where it was.
    requestAnimationFrame(() => (box.scrollTop = box.scrollHeight - fromEnd));
  };

  return (
    <div class="transcript-frame">
      <div
        class="transcript"
        ref={scroller}
        tabIndex={0}
        role="log"
        aria-label={t('talk.messages')}
        onScroll={({ currentTarget: box }) => {
          atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
          if (atEnd.current) setUnseen(false);
        }}
      >
        {readOlder === null ? (
          <p class="transcript-start">{t(messages.length === 0 ? 'talk.noMessages' : 'talk.start')}</p>
        ) : (
          <button
            type="button"
            class="button button-small transcript-older"
            disabled={readingOlder}
            onClick={() => void older()}
          >
            {t(readingOlder ? 'state.loading' : 'talk.older')}
          </button>
        )}
        {settled.map((message, index) => (
          <WithDay key={message.key} message={message} before={settled[index - 1]} day={day} />
        ))}
        <OpenWindow of={of} fragments={fragments} />
      </div>
      {unseen && (
        <button type="button" class="button button-small to-end" onClick={toEnd}>
          <Icon name="down" size={16} />
          {t('talk.new')}
        </button>
      )}
    </div>
  );
}

interface WithDayProps {
  readonly message: Message;
  readonly before: Message | undefined;
  readonly day: (iso: string) => string;
}

function WithDay({ message, before, day }: WithDayProps) {
  const today = day(message.at);
  const newDay = before === undefined || day(before.at) !== today;
  return (
    <>
      {newDay && (
        <p class="day">
          <span>{today}</span>
        </p>
      )}
      <Bubble of={message} follows={!newDay && before.by === message.by} />
    </>
  );
}
