import { useState } from 'preact/hooks';
import { useAction, useLoaded } from '../loaded.ts';
import { useLocale } from '../locale.tsx';
import { Choice, SaveBar, typed } from '../parts/fields.tsx';
import { Icon } from '../parts/icon.tsx';
import { Failure, WhenReady } from '../parts/notices.tsx';
import { useSession } from '../session.ts';
import { WEEK, type Day, type Hours as Week, type Period } from '../shapes.ts';

export function Hours() {
  const { t } = useLocale();
  const { shop, merchant } = useSession();
  const [hours, look] = useLoaded('hours', (signal) => shop.hours(signal), { live: false });
  return (
    <section class="page">
      <header class="page-head">
        <h1>{t('hours.title')}</h1>
        <p class="lead">
          {t('hours.lead', { timezone: `\u2068${merchant.timezone.replaceAll('_', ' ')}\u2069` })}
        </p>
      </header>
      <WhenReady of={hours} again={look} rows={7}>
        {(kept) => <HoursForm kept={kept} />}
      </WhenReady>
    </section>
  );
}

const USUAL: Period = { from: '10:00', to: '22:00' };
const usualWeek = (): Week => Object.fromEntries(WEEK.map((day) => [day, [USUAL]]));

function HoursForm({ kept }: { readonly kept: Week }) {
  const { t } = useLocale();
  const { shop } = useSession();
  const saving = useAction();
  const [saved, setSaved] = useState<Week>(kept);
  const [week, setWeek] = useState<Week>(kept);
  const [done, setDone] = useState(false);
  const set = (day: Day, periods: Period[]): void => setWeek((before) => ({ ...before, [day]: periods }));
  const save = async (): Promise<void> => {
    if (!(await saving.run(() => shop.saveHours(week)))) return;
    setSaved(week);
    setDone(true);
  };
  return (
    <form
      class="card form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Choice
        kind="checkbox"
        name="always"
        label={t('hours.always')}
        hint={t('hours.alwaysHint')}
        checked={week === null}
        onChange={(always) => setWeek(always ? null : (saved ?? usualWeek()))}
      />
      {week !== null && (
        <ul class="week">
          {WEEK.map((day) => (
            <li key={day}>
              <DayRow
                day={day}
                periods={week[day] ?? []}
                onChange={(periods) => set(day, periods)}
                onCopy={() => setWeek(Object.fromEntries(WEEK.map((other) => [other, week[day] ?? []])))}
              />
            </li>
          ))}
        </ul>
      )}
      <Failure error={saving.error} />
      <SaveBar busy={saving.busy} changed={JSON.stringify(week) !== JSON.stringify(saved)} saved={done} />
    </form>
  );
}

interface DayRowProps {
  readonly day: Day;
  readonly periods: readonly Period[];
  readonly onChange: (periods: Period[]) => void;
  readonly onCopy: () => void;
}

function DayRow({ day, periods, onChange, onCopy }: DayRowProps) {
  const { t } = useLocale();
  const name = t(`day.${day}`);
  const replace = (index: number, part: Partial<Period>): void =>
    onChange(periods.map((period, at) => (at === index ? { ...period, ...part } : period)));
  return (
    <div class="day-row" role="group" aria-label={name}>
      <strong>{name}</strong>
      <div class="periods">
        {periods.length === 0 && <span class="badge badge-calm">{t('hours.off')}</span>}
        {periods.map(({ from, to }, index) => (
          <span class="period" key={index}>
            <input
              class="input"
              type="time"
              required
              aria-label={`${name}: ${t('hours.from')}`}
              value={from}
              onInput={(event) => replace(index, { from: typed(event) })}
            />
            <span aria-hidden="true">–</span>
            <input
              class="input"
              type="time"
              required
              aria-label={`${name}: ${t('hours.to')}`}
              value={to === '24:00' ? '00:00' : to}
              onInput={(event) => replace(index, { to: typed(event) })}
            />
            {to < from && <small>{t('hours.overnight')}</small>}
            <button
              type="button"
              class="button button-quiet button-icon"
              aria-label={`${name}: ${t('hours.remove')}`}
              onClick={() => onChange(periods.filter((_, at) => at !== index))}
            >
              <Icon name="trash" />
            </button>
          </span>
        ))}
      </div>
      <div class="day-actions">
        <button
          type="button"
          class="button button-small"
          onClick={() =>
            onChange([...periods, periods.length === 0 ? USUAL : { from: '18:00', to: '23:00' }])
          }
        >
          <Icon name="plus" size={16} />
          {t('hours.add')}
        </button>
        {periods.length > 0 && (
          <button type="button" class="button button-quiet button-small" onClick={onCopy}>
            {t('hours.copy')}
          </button>
        )}
      </div>
    </div>
  );
}
