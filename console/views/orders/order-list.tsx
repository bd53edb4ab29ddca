import { useEffect, useState } from 'preact/hooks';
import { sentence, useLocale } from '../../locale.tsx';
import type { OrderFilter } from '../../order-calls.ts';
import { CATEGORIES, PHASES, type OrderSummary } from '../../order-shapes.ts';
import { usePaged } from '../../paged.ts';
import { Badge } from '../../parts/badges.tsx';
import { directionOf, typed } from '../../parts/fields.tsx';
import { Icon } from '../../parts/icon.tsx';
import { More } from '../../parts/more.tsx';
import { Empty, WhenReady } from '../../parts/notices.tsx';
import { hrefOf } from '../../route.ts';
import { useSession } from '../../session.ts';
import { Export } from './export.tsx';
import { Total } from './total.tsx';

const ALL: OrderFilter = { category: '', phase: '', text: '' };
/** Long enough for the next letter, short enough not to be waited for. */
const TYPING_MS = 300;

/** `of`: the customer whose orders are looked for, until something else is. */
export function OrderList({ of: customer }: { readonly of: string | undefined }) {
  const { shop } = useSession();
  const [filter, setFilter] = useState(customer === undefined ? ALL : { ...ALL, text: customer });
  const name = `orders/${JSON.stringify(filter)}`;
  const orders = usePaged(name, shop.orders.list(filter), { keyOf: ({ id }) => id });
  const change = (part: Partial<OrderFilter>): void => setFilter((before) => ({ ...before, ...part }));
  return (
    <>
      <Filters filter={filter} onChange={change} />
      <WhenReady of={orders.loaded} again={orders.look} rows={6}>
        {({ items }) =>
          items.length === 0 ? (
            <NoOrders filtered={filter !== ALL} onAll={() => setFilter(ALL)} />
          ) : (
            <ul class="rows orders">
              {items.map((order) => (
                <li key={order.id}>
                  <OrderRow of={order} />
                </li>
              ))}
            </ul>
          )
        }
      </WhenReady>
      <More of={orders} />
    </>
  );
}

interface FiltersProps {
  readonly filter: OrderFilter;
  readonly onChange: (part: Partial<OrderFilter>) => void;
}

function Filters({ filter, onChange }: FiltersProps) {
  const { t, word } = useLocale();
  const [text, setText] = useState(filter.text);
  useEffect(() => setText(filter.text), [filter.text]);
  useEffect(() => {
    if (text === filter.text) return;
    const pause = setTimeout(() => onChange({ text }), TYPING_MS);
    return () => clearTimeout(pause);
  }, [text]);
  return (
    <div class="filters" role="search">
      <label class="search">
        <Icon name="search" />
        <input
          class="input"
          type="search"
          name="search"
          {...directionOf(text)}
          placeholder={t('orders.search')}
          aria-label={t('orders.search')}
          value={text}
          onInput={(event) => setText(typed(event))}
        />
      </label>
      <select
        class="input"
        name="phase"
        aria-label={t('orders.filterPhase')}
        value={filter.phase}
        onChange={(event) => onChange({ phase: typed(event) })}
      >
        <option value="">{t('orders.anyPhase')}</option>
        {PHASES.map((phase) => (
          <option key={phase} value={phase}>
            {word('orderPhase', phase)}
          </option>
        ))}
      </select>
      <select
        class="input"
        name="category"
        aria-label={t('orders.filterCategory')}
        value={filter.category}
        onChange={(event) => onChange({ category: typed(event) })}
      >
        <option value="">{t('orders.anyCategory')}</option>
        {CATEGORIES.map((category) => (
          <option key={category} value={category}>
            {word('category', category)}
          </option>
        ))}
      </select>
      <Export />
    </div>
  );
}

function NoOrders({ filtered, onAll }: { readonly filtered: boolean; readonly onAll: () => void }) {
  const { t } = useLocale();
  return filtered ? (
    <Empty icon="search" title={t('orders.noMatch')}>
      <button type="button" class="button" onClick={onAll}>
        {t('orders.clear')}
      </button>
    </Empty>
  ) : (
    <Empty icon="orders" title={t('orders.empty')} hint={t('orders.emptyHint')}>
      <a class="button button-primary" href={hrefOf('orders', 'sheet')}>
        {t('orders.emptyAction')}
      </a>
    </Empty>
  );
}

function OrderRow({ of }: { readonly of: OrderSummary }) {
  const { reason, short } = useLocale();
  return (
    <a class="row row-link order" href={hrefOf('orders', 'order', of.id)} data-order={of.id}>
      <span class="row-main">
        <strong>
          <bdi dir="ltr">{of.number ?? of.id}</bdi> · <bdi>{of.name ?? ''}</bdi>
        </strong>
        <small>
          <bdi>{of.product ?? ''}</bdi>
          {of.total !== null && (
            <>
              {' · '}
              <Total of={of.total} />
            </>
          )}
        </small>
        {of.waiting !== null && <small class="fact-warn">{sentence(reason(of.waiting.reason))}</small>}
      </span>
      <span class="order-marks">
        <Badge family="category" code={of.category ?? 'none'} />
        {of.phase !== 'idle' && of.phase !== 'done' && <Badge family="orderPhase" code={of.phase} />}
      </span>
      <time dateTime={of.updatedAt}>{short(of.updatedAt)}</time>
    </a>
  );
}
