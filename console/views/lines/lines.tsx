import { isolated } from '../../explain.ts';
import { useLocale } from '../../locale.tsx';
import { usePaged } from '../../paged.ts';
import { Icon } from '../../parts/icon.tsx';
import { More } from '../../parts/more.tsx';
import { Empty, WhenReady } from '../../parts/notices.tsx';
import { hrefOf } from '../../route.ts';
import { useSession } from '../../session.ts';
import { LineCard } from './line-card.tsx';
import { NewLine } from './new-line.tsx';

export function Lines({ rest: [place, name] }: { readonly rest: readonly string[] }) {
  return place === 'new' ? (
    <NewLine channel={name} />
  ) : (
    <LineList created={place === 'created' ? (name ?? null) : null} />
  );
}

function LineList({ created }: { readonly created: string | null }) {
  const { t } = useLocale();
  const { shop } = useSession();
  const lines = usePaged('lines', shop.lines.page, { keyOf: ({ id }) => id });
  const add = (
    <a class="button button-primary" href={hrefOf('lines', 'new')} data-act="add">
      <Icon name="plus" />
      {t('lines.add')}
    </a>
  );
  return (
    <section class="page">
      <header class="page-head page-head-split">
        <div>
          <h1>{t('lines.title')}</h1>
          <p class="lead">{t('lines.lead')}</p>
        </div>
        {add}
      </header>
      <WhenReady of={lines.loaded} again={lines.look}>
        {({ items }) => {
          const made = items.find(({ id }) => id === created);
          if (items.length === 0)
            return (
              <Empty icon="lines" title={t('lines.empty')} hint={t('lines.emptyHint')}>
                {add}
              </Empty>
            );
          return (
            <>
              {made !== undefined && (
                <p class="notice notice-good" role="status">
                  <Icon name="check" />
                  <span>
                    {t(made.channel === 'whatsapp-web' ? 'lines.createdWeb' : 'lines.created', {
                      line: isolated(made.id),
                    })}
                  </span>
                </p>
              )}
              <ul class="cards">
                {(made === undefined ? items : [made, ...items.filter(({ id }) => id !== created)]).map(
                  (line) => (
                    <li key={line.id}>
                      <LineCard line={line} />
                    </li>
                  ),
                )}
              </ul>
            </>
          );
        }}
      </WhenReady>
      <More of={lines} />
    </section>
  );
}
