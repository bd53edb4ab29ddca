import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocale } from '../locale.tsx';
import { Icon } from '../parts/icon.tsx';
import { hrefOf, usePlace, type Page, type Place } from '../route.ts';
import { useSession } from '../session.ts';
import type { Merchant } from '../shapes.ts';
import type { Language } from '../words/words.ts';
import { Audit } from './audit.tsx';
import { Catalogue } from './catalogue.tsx';
import { Conversations } from './conversations.tsx';
import { Hours } from './hours.tsx';
import { Keys } from './keys.tsx';
import { Lines } from './lines/lines.tsx';
import { More } from './more.tsx';
import { Orders } from './orders/orders.tsx';
import { Phone } from './phone.tsx';
import { SettingsPage } from './settings.tsx';
import { Templates } from './templates/templates.tsx';

/** In the order of how often they are needed; a phone's bar has room for the first four and `more`. */
export const NAVIGATION = [
  'conversations',
  'orders',
  'lines',
  'templates',
  'phone',
  'catalogue',
  'hours',
  'settings',
  'keys',
  'audit',
] as const satisfies readonly Page[];
export const ON_THE_BAR = 4;

interface ShellProps {
  readonly merchants: readonly Merchant[];
  readonly onMerchant: (merchant: Merchant) => void;
  readonly onLanguage: (language: Language) => void;
}

export function Shell({ merchants, onMerchant, onLanguage }: ShellProps) {
  const { t } = useLocale();
  const { live } = useSession();
  const place = usePlace();
  const [state, setState] = useState(live.state);
  useEffect(() => {
    setState(live.state);
    return live.onState(setState);
  }, [live]);
  const address = hrefOf(place.page, ...place.rest);
  const before = useRef(address);
  useEffect(() => {
    const content = document.getElementById('content');
    content?.scrollTo(0, 0);
    // Those who listen or use the keyboard begin at the new page; in the conversations they go on in the list.
    if (before.current !== address && place.page !== 'conversations') content?.focus({ preventScroll: true });
    before.current = address;
  }, [address]);

  return (
    <div
      class="shell"
      data-page={place.page}
      data-deep={place.page === 'conversations' && place.rest.length > 0}
    >
      <a class="skip" href="#content" onClick={skip}>
        {t('app.skip')}
      </a>
      <header class="top">
        <a class="brand" href={hrefOf('conversations')} aria-label={t('app.name')}>
          <span class="mark">
            <Icon name="bird" size={22} />
          </span>
          <span>{t('app.name')}</span>
        </a>
        <MerchantName merchants={merchants} onMerchant={onMerchant} />
        <span class={`live live-${state}`} role="status" title={t(`live.${state}`)}>
          <i />
          <span>{t(`live.${state}`)}</span>
        </span>
        <TopActions onLanguage={onLanguage} />
      </header>
      <nav class="nav" aria-label={t('nav.main')}>
        {NAVIGATION.map((page, index) => (
          <NavLink key={page} page={page} current={place.page} extra={index >= ON_THE_BAR} />
        ))}
        <NavLink
          page="more"
          current={
            NAVIGATION.indexOf(place.page === 'more' ? 'audit' : place.page) >= ON_THE_BAR
              ? 'more'
              : place.page
          }
          extra={false}
        />
      </nav>
      <main class="content" id="content" tabIndex={-1}>
        {state === 'off' && (
          <p class="notice notice-warn offline" role="alert">
            <Icon name="alert" />
            <span>{t('live.offLong')}</span>
          </p>
        )}
        <PageOf place={place} />
      </main>
    </div>
  );
}

/** The `#` belongs to the pages, so the skip link moves the focus itself. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

function NavLink({
  page,
  current,
  extra,
}: {
  readonly page: Page;
  readonly current: Page;
  readonly extra: boolean;
}) {
  const { t } = useLocale();
  const name = page === 'more' ? t('app.menu') : t(`nav.${page}`);
  return (
    <a
      class={`nav-link nav-${page}${extra ? ' nav-extra' : ''}`}
      href={hrefOf(page)}
      aria-current={page === current ? 'page' : undefined}
    >
      <Icon name={page} size={22} />
      <span>{name}</span>
    </a>
  );
}

function MerchantName({
  merchants,
  onMerchant,
}: {
  readonly merchants: readonly Merchant[];
  readonly onMerchant: (merchant: Merchant) => void;
}) {
  const { t } = useLocale();
  const { merchant } = useSession();
  if (merchants.length < 2)
    return (
      <span class="shop">
        <bdi>{merchant.name}</bdi>
      </span>
    );
  return (
    <select
      class="input shop"
      aria-label={t('app.merchant')}
      value={merchant.id}
      onChange={(event) => {
        const chosen = merchants.find(({ id }) => id === event.currentTarget.value);
        if (chosen !== undefined) onMerchant(chosen);
      }}
    >
      {merchants.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

export function TopActions({ onLanguage }: { readonly onLanguage: (language: Language) => void }) {
  const { t, language } = useLocale();
  const { signOut } = useSession();
  const other = language === 'ar' ? 'en' : 'ar';
  return (
    <div class="top-actions">
      <button type="button" class="button button-quiet" lang={other} onClick={() => onLanguage(other)}>
        <Icon name="globe" />
        <span>{t('app.language')}</span>
      </button>
      <button
        type="button"
        class="button button-quiet"
        aria-label={t('app.signOut')}
        title={t('app.signOut')}
        onClick={signOut}
      >
        <Icon name="exit" />
      </button>
    </div>
  );
}

function PageOf({ place }: { readonly place: Place }) {
  switch (place.page) {
    case 'conversations':
      return <Conversations rest={place.rest} />;
    case 'lines':
      return <Lines rest={place.rest} />;
    case 'orders':
      return <Orders rest={place.rest} />;
    case 'templates':
      return <Templates />;
    case 'phone':
      return <Phone />;
    case 'catalogue':
      return <Catalogue />;
    case 'hours':
      return <Hours />;
    case 'settings':
      return <SettingsPage />;
    case 'keys':
      return <Keys />;
    case 'audit':
      return <Audit />;
    case 'more':
      return <More />;
  }
}
