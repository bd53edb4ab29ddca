import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Talk } from '../api.ts';
import { sentence, useLocale } from '../locale.tsx';
import { usePaged } from '../paged.ts';
import { PhaseBadge } from '../parts/badges.tsx';
import { Who } from '../parts/exact-text.tsx';
import { Icon } from '../parts/icon.tsx';
import { More } from '../parts/more.tsx';
import { Empty, WhenReady } from '../parts/notices.tsx';
import { hrefOf } from '../route.ts';
import { useSession } from '../session.ts';
import type { Conversation } from '../shapes.ts';

const keyOf = ({ platform, customer }: Conversation): string => `${platform}/${customer}`;
type Filter = 'needs-human' | 'all';

export function ConversationList({ open }: { readonly open: Talk | null }) {
  const { t, number } = useLocale();
  const { shop } = useSession();
  const [chosen, setFilter] = useState<Filter | null>(null);
  const needing = usePaged('needs-human', shop.conversations({ needsHuman: true }), { keyOf });
  const all = usePaged('all', shop.conversations({ needsHuman: false }), { keyOf });

  // Who needs a person comes first; where nobody does, everything is shown.
  const waiting = needing.loaded.state === 'ready' ? needing.loaded.value.items.length : 0;
  const filter: Filter = chosen ?? (waiting > 0 && open === null ? 'needs-human' : 'all');
  const shown = filter === 'needs-human' ? needing : all;

  // The page is about the conversation that is open, and a phone shows nothing else.
  const Title = open === null ? 'h1' : 'h2';
  return (
    <section class="pane-list" aria-label={t('list.title')}>
      <header class="list-head">
        <Title>{t('list.title')}</Title>
        <div class="tabs" role="group" aria-label={t('list.title')}>
          <FilterButton pressed={filter === 'needs-human'} onPress={() => setFilter('needs-human')}>
            {t('list.needsHuman')}
            {waiting > 0 && (
              <b class="count">
                {number(waiting)}
                {needing.more !== null && '+'}
              </b>
            )}
          </FilterButton>
          <FilterButton pressed={filter === 'all'} onPress={() => setFilter('all')}>
            {t('list.all')}
          </FilterButton>
        </div>
      </header>
      <WhenReady of={shown.loaded} again={shown.look} rows={6}>
        {({ items }) =>
          items.length === 0 ? (
            <Nobody filter={filter} onAll={() => setFilter('all')} />
          ) : (
            <ul class="talks">
              {items.map((item) => (
                <Row key={keyOf(item)} item={item} current={isOpen(item, open)} />
              ))}
            </ul>
          )
        }
      </WhenReady>
      <More of={shown} />
    </section>
  );
}

const isOpen = (item: Conversation, open: Talk | null): boolean =>
  open?.platform === item.platform && open.customer === item.customer;

function FilterButton({
  pressed,
  onPress,
  children,
}: {
  readonly pressed: boolean;
  readonly onPress: () => void;
  readonly children: ComponentChildren;
}) {
  return (
    <button type="button" aria-pressed={pressed} onClick={onPress}>
      {children}
    </button>
  );
}

function Nobody({ filter, onAll }: { readonly filter: Filter; readonly onAll: () => void }) {
  const { t } = useLocale();
  if (filter === 'needs-human') {
    return (
      <Empty icon="check" title={t('list.nobody')} hint={t('list.nobodyHint')}>
        <button type="button" class="button" onClick={onAll}>
          {t('list.nobodyAction')}
        </button>
      </Empty>
    );
  }
  return (
    <Empty icon="conversations" title={t('list.empty')} hint={t('list.emptyHint')}>
      <a class="button button-primary" href={hrefOf('phone')}>
        {t('list.emptyAction')}
      </a>
    </Empty>
  );
}

function Row({ item, current }: { readonly item: Conversation; readonly current: boolean }) {
  const { t, word, short, reason } = useLocale();
  return (
    <li>
      <a
        class="talk"
        href={hrefOf('conversations', item.platform, item.customer)}
        aria-current={current ? 'true' : undefined}
      >
        <span class={`platform platform-${item.platform}`} title={word('platform', item.platform)}>
          <Icon name={item.platform === 'simulator' ? 'phone' : 'person'} />
        </span>
        <span class="talk-body">
          <span class="talk-top">
            <Who name={item.name} customer={item.customer} platform={item.platform} />
            {item.lastActivityAt !== null && (
              <time dateTime={item.lastActivityAt}>{short(item.lastActivityAt)}</time>
            )}
          </span>
          <Last of={item} />
          <span class="talk-marks">
            {item.needsHuman !== null && (
              <span class="badge badge-human" title={t('talk.needsHuman')}>
                {sentence(reason(item.needsHuman))}
              </span>
            )}
            {(item.needsHuman === null || item.phase !== 'human') && <PhaseBadge of={item} />}
            {item.optedOut && <span class="badge badge-calm">{t('list.optedOut')}</span>}
          </span>
        </span>
      </a>
    </li>
  );
}

/** What was said last, and by whom unless it was the customer; a file by its kind. */
function Last({ of: { lastMessage, platform } }: { readonly of: Conversation }) {
  const { word, t } = useLocale();
  if (lastMessage === null) return <span class="talk-last">{word('platform', platform)}</span>;
  const { text, type, by, status } = lastMessage;
  const said =
    status === 'deleted'
      ? t('status.deleted')
      : text.trim() === '' && type !== 'text'
        ? word('type', type)
        : text;
  return (
    <span class="talk-last">
      {by !== 'customer' && <span class="talk-last-by">{word('by', by)}:</span>}
      <bdi>{said.replaceAll(/\s+/g, ' ')}</bdi>
    </span>
  );
}
