import { useState } from 'preact/hooks';
import { useLoaded } from '../loaded.ts';
import { useLocale } from '../locale.tsx';
import { allOf } from '../paged.ts';
import { Field, typed } from '../parts/fields.tsx';
import { Icon } from '../parts/icon.tsx';
import { Empty, WhenReady } from '../parts/notices.tsx';
import { hrefOf } from '../route.ts';
import { useSession } from '../session.ts';
import { PhoneScreen } from './phone-screen.tsx';

const FROM_KEPT = 'zajel.phone.from';
/** A number of the range that Egypt's regulator gives to nobody's phone in daily use. */
const FIRST_FROM = '201000000001';

/** A customer's phone, to try everything without a customer. */
export function Phone() {
  const { t } = useLocale();
  const { shop } = useSession();
  const [lines, look] = useLoaded('lines', (signal) => allOf(shop.lines.page, signal));
  const [chosen, setLine] = useState<string | null>(null);
  const [from, setFrom] = useState(sessionStorage.getItem(FROM_KEPT) ?? FIRST_FROM);
  const [started, setStarted] = useState(false);
  const address = from.replace(/[^\d]/g, '');

  return (
    <section class="page">
      <header class="page-head">
        <h1>{t('phone.title')}</h1>
        <p class="lead">{t('phone.lead')}</p>
      </header>
      <WhenReady of={lines} again={look}>
        {(items) => {
          const simulated = items.filter(({ channel }) => channel === 'simulator');
          const line = simulated.find(({ id }) => id === chosen) ?? simulated[0];
          if (line === undefined)
            return <Empty icon="phone" title={t('phone.noLine')} hint={t('phone.noLineHint')} />;
          return (
            <div class="phone-page">
              <div class="phone-side">
                <Field label={t('phone.from')}>
                  {(ids) => (
                    <input
                      {...ids}
                      class="input code"
                      dir="ltr"
                      name="from"
                      type="tel"
                      value={from}
                      onInput={(event) => {
                        setFrom(typed(event));
                        sessionStorage.setItem(FROM_KEPT, typed(event));
                      }}
                    />
                  )}
                </Field>
                {simulated.length > 1 && (
                  <Field label={t('phone.line')}>
                    {(ids) => (
                      <select
                        {...ids}
                        class="input"
                        value={line.id}
                        onChange={(event) => setLine(typed(event))}
                      >
                        {simulated.map(({ id }) => (
                          <option key={id} value={id}>
                            {id}
                          </option>
                        ))}
                      </select>
                    )}
                  </Field>
                )}
                {started && (
                  <a class="button" href={hrefOf('conversations', 'simulator', address)}>
                    <Icon name="conversations" />
                    {t('phone.open')}
                  </a>
                )}
              </div>
              {address !== '' && (
                <PhoneScreen
                  key={`${line.id}/${address}`}
                  line={line.id}
                  from={address}
                  onTalk={setStarted}
                />
              )}
            </div>
          );
        }}
      </WhenReady>
    </section>
  );
}
