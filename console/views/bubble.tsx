import { sentence, useLocale } from '../locale.tsx';
import { StatusMark } from '../parts/badges.tsx';
import { ExactText } from '../parts/exact-text.tsx';
import { Icon } from '../parts/icon.tsx';
import type { Message } from '../shapes.ts';

/** One message: who, what, when, how far it got, and why it did not get further. */
export function Bubble({ of, follows }: { readonly of: Message; readonly follows: boolean }) {
  const { t, word, reason, time, short } = useLocale();
  const troubled =
    of.direction === 'out' && (of.status === 'failed' || of.status === 'unknown' || of.status === 'waiting');
  const classes = [
    'bubble',
    `bubble-${of.direction}`,
    `bubble-by-${of.by}`,
    `bubble-is-${of.status}`,
    ...(follows ? ['bubble-follows'] : []),
  ];
  return (
    <article class={classes.join(' ')} data-by={of.by} data-status={of.status}>
      {of.direction === 'out' && !follows && (
        <p class="bubble-by">
          <Icon name={of.by === 'bot' ? 'bird' : 'person'} size={14} />
          {word('by', of.by)}
        </p>
      )}
      {of.type !== 'text' && (
        <p class="bubble-type">
          <Icon name={of.type === 'unsupported' ? 'question' : 'attachment'} size={16} />
          {word('type', of.type)}
          {of.media?.map(
            (file, index) => file.fileName !== null && <ExactText key={index} text={file.fileName} />,
          )}
        </p>
      )}
      {of.status === 'deleted' ? (
        <p class="bubble-deleted">{t('status.deleted')}</p>
      ) : (
        of.text !== '' && <ExactText text={of.text} class="exact bubble-text" />
      )}
      <p class="bubble-foot">
        {of.editedAt !== null && <span>{t('status.edited')}</span>}
        <time dateTime={of.at} title={of.at}>
          {time(of.at)}
        </time>
        <StatusMark of={of} />
      </p>
      {troubled && of.reason !== null && (
        <p class="bubble-why">
          {sentence(reason(of.reason))}
          {of.waitingUntil !== null && ` · ${t('status.until', { time: short(of.waitingUntil) })}`}
        </p>
      )}
    </article>
  );
}
