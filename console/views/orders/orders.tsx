import { useLocale } from '../../locale.tsx';
import { hrefOf } from '../../route.ts';
import { Numbers } from './numbers.tsx';
import { OrderList } from './order-list.tsx';
import { OrderPage } from './order-page.tsx';
import { SheetPage } from './sheet-page.tsx';

const TABS = ['list', 'sheet', 'statistics'] as const;
type Tab = (typeof TABS)[number];

export function Orders({ rest: [place, id] }: { readonly rest: readonly string[] }) {
  const { t } = useLocale();
  if (place === 'order' && id !== undefined) return <OrderPage key={id} id={id} />;
  const customer = place === 'of' ? id : undefined;
  const tab: Tab = TABS.find((name) => name === place) ?? 'list';
  return (
    <section class="page page-wide">
      <header class="page-head">
        <h1>{t('orders.title')}</h1>
        <p class="lead">{t('orders.lead')}</p>
      </header>
      <nav class="tabs tab-links" aria-label={t('orders.title')}>
        {TABS.map((name) => (
          <a
            key={name}
            href={name === 'list' ? hrefOf('orders') : hrefOf('orders', name)}
            aria-current={name === tab ? 'page' : undefined}
          >
            {t(`orders.${name}`)}
          </a>
        ))}
      </nav>
      {tab === 'list' && <OrderList key={customer ?? ''} of={customer} />}
      {tab === 'sheet' && <SheetPage />}
      {tab === 'statistics' && <Numbers />}
    </section>
  );
}
