import { useLocale } from '../locale.tsx';
import { usePaged } from '../paged.ts';
import { actorWords } from '../parts/actor.ts';
import { Code } from '../parts/exact-text.tsx';
import { More } from '../parts/more.tsx';
import { Empty, WhenReady } from '../parts/notices.tsx';
import { useSession } from '../session.ts';
import type { AuditRow } from '../shapes.ts';

export function Audit() {
  const { t } = useLocale();
  const { shop } = useSession();
  const rows = usePaged('audit', shop.audit, { live: false, keyOf: ({ id }) => String(id) });
  return (
    <section class="page">
      <header class="page-head">
        <h1>{t('audit.title')}</h1>
        <p class="lead">{t('audit.lead')}</p>
      </header>
      <WhenReady of={rows.loaded} again={rows.look} rows={8}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="audit" title={t('audit.empty')} hint={t('audit.emptyHint')} />
          ) : (
            <ol class="rows audit">
              {items.map((row) => (
                <li key={row.id}>
                  <AuditLine of={row} />
                </li>
              ))}
            </ol>
          )
        }
      </WhenReady>
      <More of={rows} />
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
