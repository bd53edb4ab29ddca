import { changeOf, useForm } from '../../form.ts';
import { useLocale } from '../../locale.tsx';
import { Field, SaveBar, typed } from '../../parts/fields.tsx';
import { Failure } from '../../parts/notices.tsx';
import { useSession } from '../../session.ts';
import type { Settings } from '../../shapes.ts';

/** What the texts' `{supportPhone}` says. */
export function SupportPhone({ kept }: { readonly kept: Settings }) {
  const { t } = useLocale();
  const { shop } = useSession();
  const form = useForm(kept, (now, before) => shop.saveSettings(changeOf(now, before)));
  return (
    <form class="card form" data-card="support-phone" onSubmit={form.submit}>
      <Field label={t('support.title')} hint={t('support.lead')}>
        {(ids) => (
          <input
            {...ids}
            class="input"
            type="tel"
            name="support-phone"
            dir="ltr"
            maxLength={40}
            value={form.value.supportPhone ?? ''}
            onInput={(event) => {
              const number = typed(event);
              form.change({ supportPhone: number === '' ? null : number });
            }}
          />
        )}
      </Field>
      <Failure error={form.error} />
      <SaveBar busy={form.busy} changed={form.changed} saved={form.saved} />
    </form>
  );
}
