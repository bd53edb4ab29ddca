import { useState } from 'preact/hooks';
import { asksForAnswer } from '../../../domain/order-message.ts';
import { isolated } from '../../explain.ts';
import { useAction } from '../../loaded.ts';
import { useLocale } from '../../locale.tsx';
import type { MessageType } from '../../order-shapes.ts';
import { Choice, Field, typed } from '../../parts/fields.tsx';
import { Failure } from '../../parts/notices.tsx';
import { useSession } from '../../session.ts';
import type { ApprovedTemplate, Line } from '../../shapes.ts';

interface OrderTemplateFormProps {
  readonly line: string;
  readonly type: MessageType;
  readonly kept: ApprovedTemplate | undefined;
  readonly onKept: (line: Line) => void;
}

/** The template of one kind of message: how WhatsApp knows it, and what goes into its places. */
export function OrderTemplateForm({ line, type, kept, onKept }: OrderTemplateFormProps) {
  const { t, language: spoken } = useLocale();
  const { shop } = useSession();
  const acting = useAction();
  const [name, setName] = useState(kept?.name ?? '');
  const [language, setLanguage] = useState(kept?.language ?? spoken);
  const [variables, setVariables] = useState((kept?.variables ?? []).join('\n'));
  const [buttons, setButtons] = useState(kept?.buttons ?? false);
  const [said, setSaid] = useState('');
  const set = async (template: ApprovedTemplate | null): Promise<void> => {
    setSaid('');
    const done = await acting.run(async () => onKept(await shop.lines.setTemplate(line, type, template)));
    if (done) setSaid(t(template === null ? 'approved.removed' : 'approved.saved'));
  };
  // The places are counted, so that the same variable may stand in two of them.
  const places = variables
    .split('\n')
    .map((place) => place.trim())
    .filter((place) => place !== '');
  const example = isolated(spoken === 'ar' ? '{الاسم|عميلنا العزيز}' : '{name|dear customer}');
  const whole = isolated(spoken === 'ar' ? '{الرسالة}' : '{message}');
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void set({ name: name.trim(), language: language.trim(), variables: places, buttons });
      }}
    >
      <Field label={t('approved.name')} hint={t('approved.nameHint')}>
        {(ids) => (
          <input
            {...ids}
            class="input"
            name="name"
            dir="ltr"
            required
            maxLength={512}
            value={name}
            onInput={(event) => setName(typed(event))}
          />
        )}
      </Field>
      <Field label={t('approved.language')} hint={t('approved.languageHint')}>
        {(ids) => (
          <input
            {...ids}
            class="input"
            name="language"
            dir="ltr"
            required
            maxLength={6}
            value={language}
            onInput={(event) => setLanguage(typed(event))}
          />
        )}
      </Field>
      <Field
        label={t('approved.variables', { places: isolated('{{1}} {{2}} …') })}
        hint={t('approved.variablesHint', { example, message: whole })}
      >
        {(ids) => (
          <textarea
            {...ids}
            class="input"
            name="variables"
            dir="auto"
            rows={4}
            value={variables}
            onInput={(event) => setVariables(typed(event))}
          />
        )}
      </Field>
      {asksForAnswer(type) && (
        <Choice
          kind="checkbox"
          name="buttons"
          label={t('approved.buttons')}
          hint={t('approved.buttonsHint')}
          checked={buttons}
          onChange={setButtons}
        />
      )}
      <Failure error={acting.error} />
      <p class="said" role="status">
        {said}
      </p>
      <div class="actions">
        {kept !== undefined && (
          <button
            type="button"
            class="button button-danger-quiet"
            data-act="remove"
            disabled={acting.busy}
            onClick={() => void set(null)}
          >
            {t('approved.remove')}
          </button>
        )}
        <button type="submit" class="button button-primary" disabled={acting.busy}>
          {t(acting.busy ? 'state.saving' : 'state.save')}
        </button>
      </div>
    </form>
  );
}
