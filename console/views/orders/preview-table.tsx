import { isolated } from '../../explain.ts';
import { sentence, useLocale, type Locale } from '../../locale.tsx';
import type { Preview, PreviewRow } from '../../order-shapes.ts';
import { Icon } from '../../parts/icon.tsx';

interface PreviewTableProps {
  readonly of: Preview;
  readonly title: string;
  readonly text: string;
}

/** Row by row: what would be sent, to whom, in which words, and why not. */
export function PreviewTable({ of: { columns, problems, rows }, title, text }: PreviewTableProps) {
  const locale = useLocale();
  const { t, count, word } = locale;
  return (
    <section class="preview" aria-label={title} data-rows={rows.length} tabIndex={-1} ref={showOnce}>
      <h3>{title}</h3>
      <p class="hint" role="status">
        {text} {count('rowsRead', rows.length)} ·{' '}
        {count('wouldSend', rows.filter(({ would }) => would !== null).length)}
      </p>
      {problems.map((problem, index) => (
        <p key={index} class="notice notice-warn">
          <Icon name="alert" />
          <span>{problemWords(problem, locale)}</span>
        </p>
      ))}
      <details>
        <summary>{t('sheet.foundTitle')}</summary>
        <ul class="found">
          {Object.entries(columns).map(([field, header]) => (
            <li key={field}>
              {t('sheet.found', { field: word('column', field), header: isolated(header) })}
            </li>
          ))}
        </ul>
      </details>
      {rows.length === 0 ? (
        <p class="hint">{t('sheet.noRows')}</p>
      ) : (
        <ul class="rows preview-rows">
          {rows.map((row) => (
            <li key={row.order.place}>
              <Row of={row} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** It appears below what was pressed: on a phone that is out of sight. */
const showOnce = (box: HTMLElement | null): void => box?.scrollIntoView({ block: 'nearest' });

function Row({ of: { order, would, whyNot, ifAdopted } }: { readonly of: PreviewRow }) {
  const { t, word, reason, number } = useLocale();
  return (
    <div class="row preview-row" data-would={would?.send ?? ''}>
      <span class="row-main">
        <strong>
          <bdi>{order.id ?? `${t('sheet.row')} ${number(order.place)}`}</bdi> · <bdi>{order.name ?? ''}</bdi>
        </strong>
        <small>
          <bdi>{order.statusText.trim() === '' ? t('orders.noStatus') : order.statusText}</bdi>
          {order.phone !== null && (
            <>
              {' · '}
              <bdi dir="ltr">+{order.phone.replace(/^\+/, '')}</bdi>
            </>
          )}
        </small>
      </span>
      <span class="preview-what">
        {would === null ? (
          <>
            <span class="badge">{t('sheet.wouldNot')}</span>
            {whyNot !== null && <small>{sentence(reason(whyNot))}</small>}
            {ifAdopted !== null && <small>{word('messageType', ifAdopted.send)}</small>}
          </>
        ) : (
          <details>
            <summary>
              <span class="badge badge-live">{word('messageType', would.send)}</span>
            </summary>
            <p class="preview-text" dir="auto">
              {would.text}
            </p>
          </details>
        )}
      </span>
    </div>
  );
}

/** What the headers or the rows leave open, said to the person who can settle it. */
function problemWords(
  problem: Readonly<Record<string, unknown>>,
  { t, word, number, reason }: Locale,
): string {
  const said = (name: string): string => {
    const value = problem[name];
    return typeof value === 'string' ? value : '';
  };
  const code = said('code') || said('kind');
  const field = word('column', said('field'));
  const list = (name: string): string => {
    const value = problem[name];
    return Array.isArray(value) ? value.map((one) => isolated(String(one))).join(' · ') : '';
  };
  switch (code) {
    case 'missing':
      return t('sheet.problemMissing', { field });
    case 'ambiguous':
      return t('sheet.problemAmbiguous', { field, headers: list('headers') });
    case 'duplicate-order-id':
      return t('sheet.problemDuplicate', { places: list('places') });
    case 'missing-order-id':
      return t('sheet.problemNoId', { place: number(Number(problem['place'] ?? 0)) });
    case 'suspicious':
      return t('sheet.problemSuspicious', { reason: reason(said('reason')) });
    default:
      return t('sheet.problemOther', { code: isolated(code) });
  }
}
