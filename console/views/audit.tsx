import { useState } from 'preact/hooks';
import { useAction, useLoaded } from '../loaded.ts';
import { useLocale } from '../locale.tsx';
import { actorWords } from '../parts/actor.ts';
import { Code } from '../parts/exact-text.tsx';
import { Empty, Failure, WhenReady } from '../parts/notices.tsx';
import { useSession } from '../session.ts';
import type { AuditRow } from '../shapes.ts';

interface Older {
  readonly rows: readonly AuditRow[];
  readonly next: string | null;
}

export function Audit() {
  const { t } = useLocale();
  const { shop } = useSession();
  const [first, look] = useLoaded('audit', (signal) => shop.audit(null, signal), { live: false });
  const [older, setOlder] = useState<Older | null>(null);
  const reading = useAction();
  const readMore = (next: string): void =>
    void reading.run(async () => {
      const page = await shop.audit(next, AbortSignal.timeout(15_000));
      setOlder((before) => ({ rows: [...(before?.rows ?? []), ...page.items], next: page.next }));
    });
  return (
    <section class="page">
      <header class="page-head">
        <h1>{t('audit.title')}</h1>
        <p class="lead">{t('audit.lead')}</p>
      </header>
      <WhenReady of={first} again={look} rows={8}>
        {({ items, next }) => {
          const more = older === null ? (next ?? null) : older.next;
          if (items.length === 0)
            return <Empty icon="audit" title={t('audit.empty')} hint={t('audit.emptyHint')} />;
          return (
            <>
              <ol class="rows audit">
                {[...items, ...(older?.rows ?? [])].map((row) => (
                  <li key={row.id}>
                    <AuditLine of={row} />
                  </li>
                ))}
              </ol>
              <Failure error={reading.error} />
              {more !== null && (
                <button
                  type="button"
                  class="button button-wide"
                  disabled={reading.busy}
                  onClick={() => readMore(more)}
                >
                  {t(reading.busy ? 'state.loading' : 'state.more')}
                </button>
              )}
            </>
          );
        }}
      </WhenReady>
    </section>
  );
}

function AuditLine({ of }: { readonly of: AuditRow }) {
  const locale = useLocale();
  const detail = Object.keys(of.detail).length === 0 ? null : JSON.stringify(of.detail, null, 2);
  return (
    <div class="row">
      <span class="row-main">
        <strong>{locale.word('action', of.action)}</strong>
        <small>
          {actorWords(of.actor, locale)}
          {of.subject !== null && (
            <>
              {' · '}
              <Code>{of.subject}</Code>
            </>
          )}
        </small>
        {detail !== null && (
          <details>
            <summary>{locale.t('app.menu')}</summary>
            <pre dir="ltr">{detail}</pre>
          </details>
        )}
      </span>
      <time dateTime={of.at}>{locale.dateTime(of.at)}</time>
    </div>
  );
}
