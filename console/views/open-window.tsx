import { useLocale } from '../locale.tsx';
import { useRemaining } from '../parts/countdown.tsx';
import { Icon } from '../parts/icon.tsx';
import type { Conversation, Message } from '../shapes.ts';
import { Bubble } from './bubble.tsx';

/**
 * The open window: the fragments gathered so far, and the time until they are answered together. While the answer is on
 * its way the same place says so.
 */
export function OpenWindow({
  of,
  fragments,
}: {
  readonly of: Conversation;
  readonly fragments: readonly Message[];
}) {
  const { t, count, number } = useLocale();
  const remaining = useRemaining(of.window);
  const answering =
    of.inCharge === 'bot' &&
    (of.phase === 'thinking' ||
      of.phase === 'sending' ||
      (remaining?.over === true && of.phase === 'gathering'));
  if (fragments.length === 0 || remaining === null) {
    return answering ? (
      <p class="answering" role="status">
        <Icon name="bird" size={16} />
        {t('window.now')}
      </p>
    ) : null;
  }
  return (
    <section class="window" aria-label={t('window.title')} data-count={fragments.length}>
      <div class="window-bubbles">
        {fragments.map((fragment, index) => (
          <Bubble key={fragment.key} of={fragment} follows={index > 0} />
        ))}
      </div>
      <div class="window-foot">
        <progress max={1} value={of.inCharge === 'human' ? 0 : remaining.share} aria-hidden="true" />
        <p>
          <span>{count('fragments', fragments.length)}</span>
          <strong class="countdown" data-seconds={remaining.seconds}>
            {of.inCharge === 'human'
              ? t('window.human')
              : remaining.over
                ? t('window.now')
                : t('window.endsIn', { seconds: t('window.second', { n: number(remaining.seconds) }) })}
          </strong>
        </p>
      </div>
    </section>
  );
}
