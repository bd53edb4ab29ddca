import type { Talk, TalkAction } from '../api.ts';
import { useAction } from '../loaded.ts';
import { useLocale } from '../locale.tsx';
import { Icon } from '../parts/icon.tsx';
import { Failure, WhenReady } from '../parts/notices.tsx';
import { useSession } from '../session.ts';
import { useTranscript } from '../transcript.ts';
import { useWriting } from '../writing.ts';
import { Composer } from './composer.tsx';
import { TalkHead } from './talk-head.tsx';
import { TranscriptView } from './transcript-view.tsx';

export function ConversationView({ talk }: { readonly talk: Talk }) {
  const locale = useLocale();
  const { t, reason, dateTime } = locale;
  const { shop } = useSession();
  const transcript = useTranscript(talk);
  const acting = useAction();
  const writing = useWriting((text) => shop.answer(talk, text));
  const act = (action: TalkAction): void => void acting.run(() => shop.act(talk, action));

  return (
    <WhenReady of={transcript.loaded} again={transcript.look} rows={8}>
      {(now) => {
        const { draft } = now;
        return (
          <>
            <TalkHead of={now} busy={acting.busy} onAct={act} />
            {now.needsHuman !== null && (
              <p class="strip strip-human">
                <Icon name="person" />
                <span>
                  <strong>{t('talk.needsHuman')}</strong> · {reason(now.needsHuman)}
                </span>
              </p>
            )}
            {now.waiting !== null && (
              <p class="strip strip-warn">
                <Icon name="clock" />
                <span>
                  {now.waiting.until === null
                    ? t('talk.waiting', { reason: reason(now.waiting.reason) })
                    : t('talk.waitingUntil', {
                        reason: reason(now.waiting.reason),
                        time: dateTime(now.waiting.until),
                      })}
                </span>
              </p>
            )}
            {now.optedOut && (
              <p class="strip strip-warn">
                <Icon name="alert" />
                <span>{t('talk.optedOut')}</span>
              </p>
            )}
            <TranscriptView of={now} transcript={transcript} />
            <footer class="talk-foot">
              <Failure error={writing.error} />
              <Failure error={acting.error ?? transcript.error} />
              {draft !== null && (
                <div class="draft">
                  <p class="draft-label">
                    <Icon name="bird" size={16} />
                    {t('talk.draft')}
                  </p>
                  <p class="draft-text" dir="auto">
                    {draft}
                  </p>
                  <button type="button" class="button button-small" onClick={() => writing.setText(draft)}>
                    {t('talk.useDraft')}
                  </button>
                </div>
              )}
              <Composer
                label={t('talk.write')}
                send={t('talk.send')}
                hint={
                  now.inCharge === 'bot'
                    ? t('talk.writeHint')
                    : serviceHint(
                        now.serviceWindowEndsAt,
                        (iso) => t('talk.serviceUntil', { time: dateTime(iso) }),
                        t('talk.serviceClosed'),
                      )
                }
                writing={writing}
              />
            </footer>
          </>
        );
      }}
    </WhenReady>
  );
}

const serviceHint = (endsAt: string | null, until: (iso: string) => string, closed: string): string | null =>
  endsAt === null ? null : Date.parse(endsAt) > Date.now() ? until(endsAt) : closed;
