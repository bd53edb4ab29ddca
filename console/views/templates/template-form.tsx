import { useRef, useState } from 'preact/hooks';
import { useAction } from '../../loaded.ts';
import { useLocale } from '../../locale.tsx';
import type { Template } from '../../order-shapes.ts';
import { Field, SaveBar, typed } from '../../parts/fields.tsx';
import { Failure } from '../../parts/notices.tsx';
import { useSession } from '../../session.ts';
import { TemplatePreview } from './template-preview.tsx';
import { problemsIn } from './template-problems.ts';
import { useRendered } from './use-rendered.ts';
import { Variables } from './variables.tsx';

interface TemplateFormProps {
  readonly kept: Template;
  readonly onSaved: (template: Template) => void;
}

/** The text, what can be put into it, and how it reads on a real order while it is typed. */
export function TemplateForm({ kept, onSaved }: TemplateFormProps) {
  const { t, word } = useLocale();
  const { shop } = useSession();
  const saving = useAction();
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(kept.text);
  const [discount, setDiscount] = useState(kept.discount);
  const [saved, setSaved] = useState(false);
  const changed = text !== kept.text || discount !== kept.discount;
  const rendered = useRendered(kept, text, discount);
  const save = async (): Promise<void> => {
    const done = await saving.run(async () =>
      onSaved(await shop.orders.saveTemplate(kept.type, text, discount)),
    );
    setSaved(done);
  };
  const insert = (variable: string): void => {
    const box = area.current;
    const at = box?.selectionStart ?? text.length;
    const next = `${text.slice(0, at)}{${variable}}${text.slice(box?.selectionEnd ?? at)}`;
    setText(next);
    // The cursor goes behind what was put in, once it is there.
    requestAnimationFrame(() => {
      box?.focus();
      box?.setSelectionRange(at + variable.length + 2, at + variable.length + 2);
    });
  };
  const problems = rendered.state === 'refused' ? problemsIn(rendered.error) : null;
  return (
    <form
      class="form template-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div class="template-sides">
        <div class="stack">
          <Field label={t('templates.text')}>
            {(ids) => (
              <textarea
                {...ids}
                ref={area}
                class="input"
                name={`text-${kept.type}`}
                dir="auto"
                rows={7}
                maxLength={4_000}
                aria-invalid={problems !== null}
                value={text}
                onInput={(event) => setText(typed(event))}
              />
            )}
          </Field>
          <Variables onInsert={insert} />
          {kept.type === 'rejectedOffer' && (
            <Field label={t('templates.discount')} hint={t('templates.discountHint')}>
              {(ids) => (
                <input
                  {...ids}
                  class="input input-number"
                  type="number"
                  name="discount"
                  min="0"
                  max="100"
                  value={discount ?? ''}
                  onInput={(event) => {
                    const percent = event.currentTarget.valueAsNumber;
                    setDiscount(Number.isFinite(percent) ? percent : null);
                  }}
                />
              )}
            </Field>
          )}
        </div>
        <TemplatePreview of={rendered} name={word('messageType', kept.type)} />
      </div>
      {saving.error !== null && problemsIn(saving.error) === null && <Failure error={saving.error} />}
      <SaveBar busy={saving.busy} changed={changed} saved={saved} blocked={problems !== null} />
    </form>
  );
}
