import { isolated } from '../../explain.ts';
import { sentence, useLocale, type Locale } from '../../locale.tsx';
import type { OrderEvent } from '../../order-shapes.ts';
import { actorWords } from '../../parts/actor.ts';

/** All that happened with an order, the newest first: what, when, and why. */
export function Timeline({ events }: { readonly events: readonly OrderEvent[] }) {
  const locale = useLocale();
  const { t, dateTime } = locale;
  if (events.length === 0) return <p class="hint">{t('orders.timelineEmpty')}</p>;
  return (
    <ol class="timeline">
      {[...events].reverse().map((event, index) => {
        const more = moreOf(event, locale);
        return (
          <li key={`${event.at}${event.event}${index}`} data-event={event.event}>
            <time dateTime={event.at}>{dateTime(event.at)}</time>
            <span>
              <strong>{wordsOf(event, locale)}</strong>
              {more !== '' && <small>{more}</small>}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

const textIn = (detail: OrderEvent['detail'], name: string): string => {
  const value = detail[name];
  return typeof value === 'string' ? value : '';
};

/** The event's own sentence with what it is about put in. */
function wordsOf({ event, detail }: OrderEvent, { t, word }: Locale): string {
  const status = (name: string): string => {
    const text = textIn(detail, name).trim();
    return isolated(text === '' ? t('orders.noStatus') : text);
  };
  const type = textIn(detail, 'type') || textIn(detail, 'about');
  const written = [textIn(detail, 'status'), textIn(detail, 'messageState')].filter((text) => text !== '');
  const values: Readonly<Record<string, string>> = {
    from: status('from'),
    to: status('to'),
    type: type === '' ? '' : word('messageType', type),
    template: isolated(textIn(detail, 'template')),
    status: isolated(written.join(' · ')),
  };
  return word('event', event)
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
    .replace(/[:：]\s*$/, '');
}

/** Why, to whom, by whom, until when. */
function moreOf({ detail }: OrderEvent, locale: Locale): string {
  const { reason, t, dateTime } = locale;
  const why = textIn(detail, 'why') || textIn(detail, 'reason');
  const [to, by, until] = [textIn(detail, 'to'), textIn(detail, 'by'), textIn(detail, 'until')];
  const parts = [
    ...(why === '' ? [] : [sentence(reason(why))]),
    ...(/^\d{6,15}$/.test(to) ? [isolated(`+${to}`)] : []),
    ...(by === '' ? [] : [t('event.by', { who: actorWords(by, locale) })]),
    ...(until === '' ? [] : [t('status.until', { time: dateTime(until) })]),
  ];
  return parts.join(' · ');
}
