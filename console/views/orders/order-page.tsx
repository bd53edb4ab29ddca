import { useLoaded } from '../../loaded.ts';
import { useLocale } from '../../locale.tsx';
import type { Order } from '../../order-shapes.ts';
import { Badge } from '../../parts/badges.tsx';
import { Code } from '../../parts/exact-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { WhenReady } from '../../parts/notices.tsx';
import { hrefOf } from '../../route.ts';
import { useSession } from '../../session.ts';
import { isolated } from '../../explain.ts';
import { OrderActions } from './order-actions.tsx';
import { Timeline } from './timeline.tsx';
import { Total } from './total.tsx';

/** One order: what it is, what waits and why, what can be done, and all that happened. */
export function OrderPage({ id }: { readonly id: string }) {
  const { t } = useLocale();
  const { shop } = useSession();
  const [order, look] = useLoaded(`order/${id}`, (signal) => shop.orders.one(id, signal));
  return (
    <section class="page">
      <header class="page-head">
        <a class="back-link" href={hrefOf('orders')}>
          <Icon name="back" />
          {t('orders.back')}
        </a>
      </header>
      <WhenReady of={order} again={look} rows={6}>
        {(now) => (
          <>
            <article class="card" data-order={now.id} data-phase={now.phase}>
              <header class="card-head">
                <h1>{t('orders.number', { number: isolated(now.number ?? now.id) })}</h1>
                <span class="order-marks">
                  <Badge family="category" code={now.category ?? 'none'} />
                  <Badge family="orderPhase" code={now.phase} />
                </span>
              </header>
              <Waiting of={now} />
              <Facts of={now} />
              {now.conversation !== null && (
                <a
                  class="out-link"
                  data-act="conversation"
                  href={hrefOf('conversations', now.conversation.platform, now.conversation.customer)}
                >
                  <Icon name="conversations" size={18} />
                  {t('orders.conversation')}
                </a>
              )}
              <OrderActions order={now} />
            </article>
            <article class="card">
              <h2>{t('orders.timeline')}</h2>
              <Timeline events={now.timeline} />
              {now.workflowUrl !== null && (
                <a class="out-link" href={now.workflowUrl} target="_blank" rel="noreferrer">
                  <Icon name="external" size={16} />
                  {t('orders.temporal')}
                </a>
              )}
            </article>
          </>
        )}
      </WhenReady>
    </section>
  );
}

function Waiting({ of: { waiting } }: { readonly of: Order }) {
  const { t, reason, dateTime } = useLocale();
  if (waiting === null) return null;
  const why = reason(waiting.reason);
  return (
    <p class="notice notice-warn" data-waiting={waiting.reason}>
      <Icon name="clock" />
      <span>
        {waiting.until === null
          ? t('orders.waits', { reason: why })
          : t('orders.waitsUntil', { reason: why, time: dateTime(waiting.until) })}
      </span>
    </p>
  );
}

function Facts({ of }: { readonly of: Order }) {
  const { t, dateTime, word } = useLocale();
  const { name, phone, phoneProblem, product, total, statusText, updatedAt } = of;
  return (
    <dl class="fact-list">
      <div>
        <dt>{t('orders.name')}</dt>
        <dd>
          <bdi>{name ?? '—'}</bdi>
        </dd>
      </div>
      <div>
        <dt>{t('orders.phone')}</dt>
        <dd>
          {phone === null ? '—' : <Code>{`+${phone.replace(/^\+/, '')}`}</Code>}
          {phoneProblem !== null && (
            <small class="fact-warn">
              {word('phoneProblem', phoneProblem.problem)}
              {phoneProblem.raw !== '' && <> · {t('orders.raw', { raw: isolated(phoneProblem.raw) })}</>}
            </small>
          )}
        </dd>
      </div>
      <div>
        <dt>{t('orders.product')}</dt>
        <dd>
          <bdi>{product ?? '—'}</bdi>
        </dd>
      </div>
      <div>
        <dt>{t('orders.total')}</dt>
        <dd>{total === null ? '—' : <Total of={total} />}</dd>
      </div>
      <div>
        <dt>{t('orders.status')}</dt>
        <dd>
          <bdi>{statusText.trim() === '' ? t('orders.noStatus') : statusText}</bdi>
        </dd>
      </div>
      <div>
        <dt>{t('orders.changed')}</dt>
        <dd>
          <time dateTime={updatedAt}>{dateTime(updatedAt)}</time>
        </dd>
      </div>
    </dl>
  );
}
