import { useState } from 'preact/hooks';
import { useLoaded } from '../../loaded.ts';
import { useLocale } from '../../locale.tsx';
import type { Statistics } from '../../order-shapes.ts';
import { typed } from '../../parts/fields.tsx';
import { Empty, WhenReady } from '../../parts/notices.tsx';
import { useSession } from '../../session.ts';
import { Export } from './export.tsx';

const DAYS = ['7', '30', '90'] as const;
const DAY_MS = 86_400_000;
const STEPS = ['sent', 'delivered', 'read', 'answered', 'confirmed', 'cancelled', 'failed'] as const;
type Step = (typeof STEPS)[number];
type Row = Readonly<Record<Step, number>>;

const NOTHING: Row = { sent: 0, delivered: 0, read: 0, answered: 0, confirmed: 0, cancelled: 0, failed: 0 };
const plus = (row: Row, more: Partial<Row>): Row => ({
  sent: row.sent + (more.sent ?? 0),
  delivered: row.delivered + (more.delivered ?? 0),
  read: row.read + (more.read ?? 0),
  answered: row.answered + (more.answered ?? 0),
  confirmed: row.confirmed + (more.confirmed ?? 0),
  cancelled: row.cancelled + (more.cancelled ?? 0),
  failed: row.failed + (more.failed ?? 0),
});

/** Messages of all types and the answers to them, by day, the newest first. */
function byDay({ messages, answers }: Statistics): [string, Row][] {
  const days = new Map<string, Row>();
  for (const { day, ...counts } of [...messages, ...answers]) {
    days.set(day, plus(days.get(day) ?? NOTHING, counts));
  }
  return [...days].sort(([a], [b]) => b.localeCompare(a));
}

export function Numbers() {
  const { t } = useLocale();
  const { shop } = useSession();
  const [days, setDays] = useState<string>('30');
  const [loaded, look] = useLoaded(`numbers/${days}`, (signal) => {
    const from = new Date(Date.now() - (Number(days) - 1) * DAY_MS).toISOString().slice(0, 10);
    return shop.orders.statistics(from, signal);
  });
  return (
    <>
      <div class="filters">
        <label class="inline-field">
          <span>{t('numbers.days')}</span>
          <select class="input" name="days" value={days} onChange={(event) => setDays(typed(event))}>
            {DAYS.map((one) => (
              <option key={one} value={one}>
                {t(`numbers.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <Export />
      </div>
      <WhenReady of={loaded} again={look} rows={5}>
        {(statistics) => {
          const rows = byDay(statistics);
          return rows.length === 0 ? (
            <Empty icon="orders" title={t('numbers.empty')} hint={t('numbers.emptyHint')} />
          ) : (
            <Table rows={rows} />
          );
        }}
      </WhenReady>
    </>
  );
}

function Table({ rows }: { readonly rows: readonly [string, Row][] }) {
  const { t, number, day } = useLocale();
  const total = rows.reduce((sum, [, row]) => plus(sum, row), NOTHING);
  return (
    <article class="card">
      <h2>{t('numbers.title')}</h2>
      <dl class="funnel">
        {STEPS.map((step) => (
          <div key={step}>
            <dt>{t(`numbers.${step}`)}</dt>
            <dd>
              <b>{number(total[step])}</b>
              <progress max={Math.max(1, total.sent)} value={total[step]} aria-hidden="true" />
            </dd>
          </div>
        ))}
      </dl>
      <div class="table-scroll" tabIndex={0} role="region" aria-label={t('numbers.title')}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t('numbers.day')}</th>
              {STEPS.map((step) => (
                <th key={step} scope="col">
                  {t(`numbers.${step}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([date, row]) => (
              <tr key={date}>
                {/* Noon: the same day by every clock near the shop's. */}
                <th scope="row">{day(`${date}T12:00:00Z`)}</th>
                {STEPS.map((step) => (
                  <td key={step}>{number(row[step])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </article>
  );
}
