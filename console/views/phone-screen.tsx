import { useEffect, useRef } from 'preact/hooks';
import { isRefused } from '../http.ts';
import { useLoaded } from '../loaded.ts';
import { useLocale } from '../locale.tsx';
import { useRemaining } from '../parts/countdown.tsx';
import { Code, ExactText } from '../parts/exact-text.tsx';
import { Failure } from '../parts/notices.tsx';
import { useSession } from '../session.ts';
import type { Conversation, OutboxItem } from '../shapes.ts';
import { useWriting } from '../writing.ts';
import { Composer } from './composer.tsx';

interface Said {
  readonly id: string;
  readonly mine: boolean;
  readonly text: string;
  readonly at: string;
}

/** What the phone shows: what it sent as the shop has it, and what it received as the network has it. */
function chatOf(talk: Conversation | null, received: readonly OutboxItem[]): Said[] {
  const sent = (talk?.messages ?? []).filter(({ direction }) => direction === 'in');
  return [
    ...sent.map(({ key, text, at }) => ({ id: key, mine: true, text, at })),
    ...received.map(({ key, text, at }, index) => ({ id: `${key}#${index}`, mine: false, text, at })),
  ].sort((a, b) => a.at.localeCompare(b.at));
}

interface PhoneScreenProps {
  readonly line: string;
  readonly from: string;
  /** Whether the shop has a conversation with this number. */
  readonly onTalk: (exists: boolean) => void;
}

export function PhoneScreen({ line, from, onTalk }: PhoneScreenProps) {
  const { t, time } = useLocale();
  const { shop } = useSession();
  const writing = useWriting((text) => shop.writeAsCustomer(line, from, text));
  const screen = useRef<HTMLDivElement>(null);
  const [loaded] = useLoaded(`phone/${line}/${from}`, async (signal) => {
    const [talk, outbox] = await Promise.all([
      shop.conversation({ platform: 'simulator', customer: from }, null, signal).catch((error: unknown) => {
        // Nobody has written from this number yet.
        if (isRefused(error, 404)) return null;
        throw error;
      }),
      shop.outbox(line, from, signal),
    ]);
    return { talk, chat: chatOf(talk, outbox) };
  });
  const chat = loaded.state === 'ready' ? loaded.value.chat : [];
  const talk = loaded.state === 'ready' ? loaded.value.talk : null;
  const count = chat.length;
  const exists = talk !== null;
  useEffect(() => onTalk(exists), [exists]);
  useEffect(() => screen.current?.scrollTo({ top: screen.current.scrollHeight }), [count]);

  return (
    <div class="handset" aria-label={t('phone.screen')} role="group">
      <header class="handset-head">
        <Code>{`+${from}`}</Code>
        <Waiting of={talk} />
      </header>
      <div class="handset-screen" ref={screen} tabIndex={0} role="log" aria-label={t('phone.screen')}>
        {count === 0 && <p class="handset-empty">{t('phone.empty')}</p>}
        {chat.map(({ id, mine, text: said, at }) => (
          <article
            key={id}
            class={mine ? 'bubble bubble-out bubble-phone' : 'bubble bubble-in'}
            data-received={!mine}
          >
            <ExactText text={said} class="exact bubble-text" />
            <p class="bubble-foot">
              <time dateTime={at}>{time(at)}</time>
            </p>
          </article>
        ))}
      </div>
      <footer class="handset-foot">
        <Failure error={loaded.state === 'failed' ? loaded.error : writing.error} />
        {count === 0 && (
          <p class="suggestions">
            <span>{t('phone.try')}</span>
            {(['phone.try1', 'phone.try2', 'phone.try3'] as const).map((key) => (
              <button
                key={key}
                type="button"
                class="button button-small"
                onClick={() => writing.send(t(key))}
              >
                {t(key)}
              </button>
            ))}
          </p>
        )}
        <Composer label={t('phone.write')} send={t('phone.send')} hint={null} writing={writing} />
      </footer>
    </div>
  );
}

function Waiting({ of }: { readonly of: Conversation | null }) {
  const { t, number } = useLocale();
  const remaining = useRemaining(of?.window ?? null);
  if (of === null || remaining === null || of.inCharge === 'human') return null;
  return (
    <span class="badge badge-live countdown" data-seconds={remaining.seconds}>
      {remaining.over
        ? t('window.now')
        : t('window.endsIn', { seconds: t('window.second', { n: number(remaining.seconds) }) })}
    </span>
  );
}
