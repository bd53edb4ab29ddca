import { useState } from 'preact/hooks';
import { useLoaded } from '../loaded.ts';
import { useLocale } from '../locale.tsx';
import { allOf } from '../paged.ts';
import { directionOf, typed } from '../parts/fields.tsx';
import { Icon } from '../parts/icon.tsx';
import { Empty, WhenReady } from '../parts/notices.tsx';
import { useSession } from '../session.ts';
import type { Product } from '../shapes.ts';
import { ProductForm } from './product-form.tsx';

export function Catalogue() {
  const { t } = useLocale();
  const { shop } = useSession();
  const [search, setSearch] = useState('');
  const [editing, setEditing] = useState<Product | 'new' | null>(null);
  const [products, look] = useLoaded('catalogue', (signal) => allOf(shop.catalogue, signal), { live: false });
  return (
    <section class="page">
      <header class="page-head page-head-split">
        <div>
          <h1>{t('catalogue.title')}</h1>
          <p class="lead">{t('catalogue.lead')}</p>
        </div>
        <button type="button" class="button button-primary" data-act="add" onClick={() => setEditing('new')}>
          <Icon name="plus" />
          {t('catalogue.add')}
        </button>
      </header>
      <WhenReady of={products} again={look}>
        {(items) => {
          const found = items.filter((product) => matches(product, search));
          if (items.length === 0)
            return <Empty icon="catalogue" title={t('catalogue.empty')} hint={t('catalogue.emptyHint')} />;
          return (
            <>
              <label class="search">
                <Icon name="search" />
                <input
                  class="input"
                  type="search"
                  {...directionOf(search)}
                  placeholder={t('catalogue.search')}
                  aria-label={t('catalogue.search')}
                  value={search}
                  onInput={(event) => setSearch(typed(event))}
                />
              </label>
              {found.length === 0 ? (
                <p class="hint">{t('catalogue.noMatch')}</p>
              ) : (
                <ul class="rows">
                  {found.map((product) => (
                    <li key={product.id}>
                      <ProductRow product={product} onEdit={() => setEditing(product)} />
                    </li>
                  ))}
                </ul>
              )}
            </>
          );
        }}
      </WhenReady>
      {editing !== null && (
        <ProductForm
          product={editing === 'new' ? null : editing}
          taken={products.state === 'ready' ? products.value.map(({ id }) => id) : []}
          onClose={(changed) => {
            setEditing(null);
            if (changed) look();
          }}
        />
      )}
    </section>
  );
}

const matches = ({ id, name, aliases }: Product, search: string): boolean => {
  const wanted = search.trim().toLowerCase();
  return wanted === '' || [id, name, ...aliases].some((text) => text.toLowerCase().includes(wanted));
};

function ProductRow({ product, onEdit }: { readonly product: Product; readonly onEdit: () => void }) {
  const { t, money, number } = useLocale();
  const { merchant } = useSession();
  const { name, aliases, price, currency, stock } = product;
  return (
    <button type="button" class="row row-link product" data-product={product.id} onClick={onEdit}>
      <span class="product-name">
        <strong>
          <bdi>{name}</bdi>
        </strong>
        {aliases.length > 0 && (
          <small>
            <bdi>{aliases.join(' · ')}</bdi>
          </small>
        )}
      </span>
      <span class="product-price">
        {price === null ? <em>{t('catalogue.noPrice')}</em> : money(price, currency ?? merchant.currency)}
      </span>
      <span class={stock === 0 ? 'badge badge-bad' : 'product-stock'}>
        {stock === null
          ? t('catalogue.uncounted')
          : stock === 0
            ? t('catalogue.soldOut')
            : `${t('catalogue.stock')}: ${number(stock)}`}
      </span>
      <Icon name="edit" />
    </button>
  );
}
