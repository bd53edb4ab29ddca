import { useState } from 'preact/hooks';
import { changeOf, differing, useForm, type GroupProps } from '../form.ts';
import { useLoaded } from '../loaded.ts';
import { useLocale } from '../locale.tsx';
import { Choice, Field, linesOf, SaveBar, Seconds, typed } from '../parts/fields.tsx';
import { Failure, WhenReady } from '../parts/notices.tsx';
import { useSession } from '../session.ts';
import type { Rules, Settings } from '../shapes.ts';
import { Answers } from './answer-settings.tsx';

export function SettingsPage() {
  const { t } = useLocale();
  const { api, shop } = useSession();
  const [loaded, look] = useLoaded(
    'settings',
    async (signal) => {
      const [settings, rules, modelConfigured] = await Promise.all([
        shop.settings(signal),
        shop.rules(signal),
        api.modelConfigured(signal),
      ]);
      return { settings, rules, modelConfigured };
    },
    { live: false },
  );
  return (
    <section class="page">
      <header class="page-head">
        <h1>{t('settings.title')}</h1>
      </header>
      <WhenReady of={loaded} again={look}>
        {({ settings, rules, modelConfigured }) => (
          <div class="stack">
            <SettingsForm kept={settings} modelConfigured={modelConfigured} />
            <RulesForm kept={rules} />
          </div>
        )}
      </WhenReady>
    </section>
  );
}

interface SettingsFormProps {
  readonly kept: Settings;
  readonly modelConfigured: boolean;
}

function SettingsForm({ kept, modelConfigured }: SettingsFormProps) {
  const { shop } = useSession();
  const form = useForm(kept, (settings, before) => shop.saveSettings(changeOf(settings, before)));
  return (
    <form class="card form" onSubmit={form.submit}>
      <Answers value={form.value} onChange={form.change} modelConfigured={modelConfigured} />
      <WindowRules
        value={form.value.window}
        onChange={(part) => form.change({ window: { ...form.value.window, ...part } })}
      />
      <TakeOver value={form.value} onChange={form.change} />
      <Failure error={form.error} />
      <SaveBar busy={form.busy} changed={form.changed} saved={form.saved} />
    </form>
  );
}

function WindowRules({ value, onChange }: GroupProps<Settings['window']>) {
  const { t } = useLocale();
  return (
    <fieldset>
      <legend>{t('settings.window')}</legend>
      <p class="hint">{t('settings.windowLead')}</p>
      <Choice
        kind="radio"
        name="kind"
        label={t('settings.windowFixed')}
        hint={t('settings.windowFixedHint')}
        checked={value.kind === 'fixed'}
        onChange={() => onChange({ kind: 'fixed' })}
      />
      <Choice
        kind="radio"
        name="kind"
        label={t('settings.windowQuiet')}
        hint={t('settings.windowQuietHint')}
        checked={value.kind === 'quiet'}
        onChange={() => onChange({ kind: 'quiet' })}
      />
      <div class="form-row even">
        <Seconds label={t('settings.ms')} ms={value.ms} onChange={(ms) => onChange({ ms })} />
        {value.kind === 'fixed' && (
          <Seconds
            label={t('settings.graceMs')}
            ms={value.graceMs}
            onChange={(graceMs) => onChange({ graceMs })}
          />
        )}
        <Seconds label={t('settings.maxMs')} ms={value.maxMs} onChange={(maxMs) => onChange({ maxMs })} />
      </div>
    </fieldset>
  );
}

/** Half an hour: long enough to help one customer, short enough that a forgotten conversation is not left alone. */
const FIRST_MINUTES = 30;

function TakeOver({ value: { takeOverMinutes }, onChange }: GroupProps<Settings>) {
  const { t } = useLocale();
  return (
    <fieldset>
      <legend>{t('settings.takeOver')}</legend>
      <Choice
        kind="radio"
        name="take-over"
        label={t('settings.takeOverManual')}
        checked={takeOverMinutes === null}
        onChange={() => onChange({ takeOverMinutes: null })}
      />
      <Choice
        kind="radio"
        name="take-over"
        label={t('settings.takeOverTimed')}
        checked={takeOverMinutes !== null}
        onChange={() => onChange({ takeOverMinutes: FIRST_MINUTES })}
      />
      {takeOverMinutes !== null && (
        <label class="minutes">
          <input
            class="input input-number"
            type="number"
            min="1"
            max="10080"
            required
            value={takeOverMinutes}
            onInput={(event) => {
              const minutes = event.currentTarget.valueAsNumber;
              if (Number.isInteger(minutes)) onChange({ takeOverMinutes: minutes });
            }}
          />
          <span>{t('settings.minutes')}</span>
        </label>
      )}
    </fieldset>
  );
}

function RulesForm({ kept }: { readonly kept: Rules }) {
  const { t } = useLocale();
  const { shop } = useSession();
  const [words, setWords] = useState(kept.handOverWords.join('\n'));
  const form = useForm(kept, (rules, before) => shop.changeRules(differing(rules, before)));
  return (
    <form class="card form" onSubmit={form.submit}>
      <fieldset>
        <legend>{t('settings.rules')}</legend>
        <Choice
          kind="checkbox"
          name="always-answer"
          label={t('settings.alwaysAnswer')}
          hint={t('settings.alwaysAnswerHint')}
          checked={form.value.alwaysAnswer}
          onChange={(alwaysAnswer) => form.change({ alwaysAnswer })}
        />
        <Field label={t('settings.handOverWords')} hint={t('settings.handOverWordsHint')}>
          {(ids) => (
            <textarea
              {...ids}
              class="input"
              dir="auto"
              rows={3}
              value={words}
              onInput={(event) => {
                setWords(typed(event));
                form.change({ handOverWords: linesOf(typed(event)) });
              }}
            />
          )}
        </Field>
      </fieldset>
      <Failure error={form.error} />
      <SaveBar busy={form.busy} changed={form.changed} saved={form.saved} />
    </form>
  );
}
