import type { GroupProps } from '../form.ts';
import { useLocale } from '../locale.tsx';
import { Choice, directionOf, Field, typed } from '../parts/fields.tsx';
import type { Settings } from '../shapes.ts';

type Model = Settings['model'];

interface AnswersProps extends GroupProps<Settings> {
  /** Whether this installation has a language model to ask. */
  readonly modelConfigured: boolean;
}

const WHO_ANSWERS = [
  { choice: 'rules', label: 'settings.answersRules', hint: 'settings.answersRulesHint' },
  { choice: 'model', label: 'settings.answersModel', hint: 'settings.answersModelHint' },
  { choice: 'off', label: 'settings.answersOff', hint: 'settings.answersOffHint' },
] as const;

/** Who answers; and how, where that is a language model. */
export function Answers({ value, onChange, modelConfigured }: AnswersProps) {
  const { t } = useLocale();
  const changeModel = (part: Partial<Model>): void => onChange({ model: { ...value.model, ...part } });
  return (
    <>
      <fieldset>
        <legend>{t('settings.answers')}</legend>
        {WHO_ANSWERS.map(({ choice, label, hint }) => (
          <Choice
            key={choice}
            kind="radio"
            name="answers"
            value={choice}
            label={t(label)}
            hint={t(choice === 'model' && !modelConfigured ? 'settings.answersModelUnset' : hint)}
            checked={value.answers === choice}
            onChange={() => onChange({ answers: choice })}
          />
        ))}
      </fieldset>
      {value.answers === 'model' && (
        <>
          <Manner value={value.model} onChange={changeModel} />
          <WhenDown value={value.model} onChange={changeModel} />
        </>
      )}
    </>
  );
}

function Manner({ value, onChange }: GroupProps<Model>) {
  const { t } = useLocale();
  return (
    <fieldset>
      <legend>{t('settings.model')}</legend>
      <p class="hint">{t('settings.modelLead')}</p>
      <Field label={t('settings.tone')} hint={t('settings.toneHint')}>
        {(ids) => (
          <textarea
            {...ids}
            {...directionOf(value.tone)}
            class="input"
            name="tone"
            rows={3}
            maxLength={1000}
            value={value.tone}
            onInput={(event) => onChange({ tone: typed(event) })}
          />
        )}
      </Field>
      <Field label={t('settings.answersPerDay')} hint={t('settings.answersPerDayHint')}>
        {(ids) => (
          <input
            {...ids}
            class="input input-number"
            type="number"
            inputMode="numeric"
            name="answers-per-day"
            min="0"
            max="1000000"
            value={value.answersPerDay ?? ''}
            onInput={({ currentTarget: { value: text, valueAsNumber: number, validity } }) => {
              // What is no number reads as empty, too: it must not lift the limit.
              if (text === '' && !validity.badInput) onChange({ answersPerDay: null });
              else if (Number.isInteger(number)) onChange({ answersPerDay: number });
            }}
          />
        )}
      </Field>
    </fieldset>
  );
}

const WHEN_DOWN = [
  { choice: 'rules', label: 'settings.whenDownRules', hint: 'settings.whenDownRulesHint' },
  { choice: 'apology', label: 'settings.whenDownApology', hint: 'settings.whenDownApologyHint' },
  { choice: 'human', label: 'settings.whenDownHuman', hint: 'settings.whenDownHumanHint' },
] as const;

function WhenDown({ value, onChange }: GroupProps<Model>) {
  const { t } = useLocale();
  return (
    <fieldset>
      <legend>{t('settings.whenDown')}</legend>
      <p class="hint">{t('settings.whenDownLead')}</p>
      {WHEN_DOWN.map(({ choice, label, hint }) => (
        <Choice
          key={choice}
          kind="radio"
          name="when-down"
          value={choice}
          label={t(label)}
          hint={t(hint)}
          checked={value.whenDown === choice}
          onChange={() => onChange({ whenDown: choice })}
        />
      ))}
    </fieldset>
  );
}
