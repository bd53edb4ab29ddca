import { useLoaded } from '../../loaded.ts';
import { useLocale } from '../../locale.tsx';
import { Icon } from '../../parts/icon.tsx';
import { WhenReady } from '../../parts/notices.tsx';
import { hrefOf } from '../../route.ts';
import { useSession } from '../../session.ts';
import { QuietHours } from './quiet-hours.tsx';
import { SupportPhone } from './support-phone.tsx';
import { TemplateCard } from './template-card.tsx';
import { Timings } from './timings.tsx';

/** What is written about orders, whether, and when. */
export function Templates() {
  const { t } = useLocale();
  const { shop } = useSession();
  const [loaded, look] = useLoaded(
    'templates',
    async (signal) => {
      const [templates, settings] = await Promise.all([shop.orders.templates(signal), shop.settings(signal)]);
      return { templates: templates.items, settings };
    },
    { live: false },
  );
  return (
    <section class="page">
      <header class="page-head">
        <h1>{t('templates.title')}</h1>
        <p class="lead">{t('templates.lead')}</p>
      </header>
      <WhenReady of={loaded} again={look} rows={6}>
        {({ templates, settings }) => (
          <div class="stack">
            {templates.map((template) => (
              <TemplateCard
                key={template.type}
                template={template}
                isOn={settings.messageTypes[template.type]}
              />
            ))}
            <Timings kept={settings} />
            <QuietHours kept={settings} />
            <SupportPhone kept={settings} />
            <article class="card">
              <h2>{t('templates.hours')}</h2>
              <p class="hint">{t('templates.hoursHint')}</p>
              <a class="out-link" href={hrefOf('hours')}>
                <Icon name="hours" size={18} />
                {t('templates.hoursLink')}
              </a>
            </article>
          </div>
        )}
      </WhenReady>
    </section>
  );
}
