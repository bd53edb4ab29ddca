import { changeOf, useForm } from '../../form.ts';
import { isolated } from '../../explain.ts';
import { useLocale } from '../../locale.tsx';
import { Choice, Field, SaveBar, typed } from '../../parts/fields.tsx';
import { Failure } from '../../parts/notices.tsx';
import { useSession } from '../../session.ts';
import type { Settings } from '../../shapes.ts';

/** Most people sleep then. */
const USUAL = { from: '22:00', to: '09:00' } as const;

export function QuietHours({ kept }: { readonly kept: Settings }) {
  const { t } = useLocale();
  const { shop, merchant } = useSession();
  const form = useForm(kept, (now, before) => shop.saveSettings(changeOf(now, before)));
  const { quietHours } = form.value;
  const { from, to } = quietHours;
  return (
    <form class="card form" data-card="quiet-hours" onSubmit={form.submit}>
      <fieldset>
        <legend>{t('quiet.title')}</legend>
        <p class="hint">{t('quiet.lead', { timezone: isolated(merchant.timezone.replaceAll('_', ' ')) })}</p>
        <Choice
          kind="checkbox"
          name="quiet"
          label={t('quiet.on')}
          checked={from !== null}
          onChange={(on) => form.change({ quietHours: on ? USUAL : { from: null, to: null } })}
        />
        {from !== null && to !== null && (
          <div class="form-row">
            <Field label={t('quiet.from')}>
              {(ids) => (
                <input
                  {...ids}
                  class="input input-number"
                  type="time"
                  name="quiet-from"
                  required
                  value={from}
                  onInput={(event) => form.change({ quietHours: { ...quietHours, from: typed(event) } })}
                />
              )}
            </Field>
            <Field label={t('quiet.to')}>
              {(ids) => (
                <input
                  {...ids}
                  class="input input-number"
                  type="time"
                  name="quiet-to"
                  required
                  value={to}
                  onInput={(event) => form.change({ quietHours: { ...quietHours, to: typed(event) } })}
                />
              )}
            </Field>
          </div>
        )}
      </fieldset>
      <Failure error={form.error} />
      <SaveBar busy={form.busy} changed={form.changed} saved={form.saved} />
    </form>
  );
}
