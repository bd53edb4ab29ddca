import { changeOf, useForm } from '../../form.ts';
import { useLocale } from '../../locale.tsx';
import { Field, SaveBar } from '../../parts/fields.tsx';
import { Failure } from '../../parts/notices.tsx';
import { useSession } from '../../session.ts';
import type { Settings } from '../../shapes.ts';

type Timing = keyof Settings['timings'];

/** Each with what the API takes; the sheet is not read more often than it can be. */
const TIMINGS = [
  {
    name: 'reminderHours',
    label: 'timing.reminder',
    hint: 'timing.reminderHint',
    min: 0,
    max: 8_760,
    step: 'any',
  },
  { name: 'rejectedOfferHours', label: 'timing.offer', hint: null, min: 0, max: 8_760, step: 'any' },
  { name: 'pollSeconds', label: 'timing.poll', hint: null, min: 5, max: 86_400, step: '1' },
  { name: 'settleSeconds', label: 'timing.settle', hint: 'timing.settleHint', min: 0, max: 3_600, step: '1' },
] as const satisfies readonly { readonly name: Timing; readonly [more: string]: unknown }[];

export function Timings({ kept }: { readonly kept: Settings }) {
  const { t } = useLocale();
  const { shop } = useSession();
  const form = useForm(kept, (now, before) => shop.saveSettings(changeOf(now, before)));
  const { timings } = form.value;
  return (
    <form class="card form" data-card="timings" onSubmit={form.submit}>
      <fieldset>
        <legend>{t('timing.title')}</legend>
        <div class="form-row">
          {TIMINGS.map(({ name, label, hint, min, max, step }) => (
            <Field key={name} label={t(label)} {...(hint === null ? {} : { hint: t(hint) })}>
              {(ids) => (
                <input
                  {...ids}
                  class="input input-number"
                  type="number"
                  name={name}
                  min={min}
                  max={max}
                  step={step}
                  required
                  value={timings[name]}
                  onInput={(event) => {
                    const wanted = event.currentTarget.valueAsNumber;
                    if (Number.isFinite(wanted)) form.change({ timings: { ...timings, [name]: wanted } });
                  }}
                />
              )}
            </Field>
          ))}
        </div>
      </fieldset>
      <Failure error={form.error} />
      <SaveBar busy={form.busy} changed={form.changed} saved={form.saved} />
    </form>
  );
}
