import { useState } from 'preact/hooks';
import { useLocale } from '../../locale.tsx';
import { MESSAGE_TYPES, type MessageType } from '../../order-shapes.ts';
import { Dialog } from '../../parts/ask.tsx';
import { Field } from '../../parts/fields.tsx';
import { approvedTemplates, type Line } from '../../shapes.ts';
import { OrderTemplateForm } from './order-template-form.tsx';

/** The templates that WhatsApp has approved for order messages after the customer's 24 hours, one kind at a time. */
export function OrderTemplates({ line, onClose }: { readonly line: Line; readonly onClose: () => void }) {
  const { t, word } = useLocale();
  const [kept, setKept] = useState(line);
  const [type, setType] = useState<MessageType>('newOrder');
  const templates = approvedTemplates.parse(kept.config['orderTemplates']);
  const nameOf = (one: MessageType): string => {
    const name = word('messageType', one);
    return templates[one] === undefined ? name : t('approved.has', { type: name });
  };
  return (
    <Dialog title={t('approved.title')} onClose={onClose}>
      <p class="hint">{t('approved.lead')}</p>
      <Field label={t('approved.type')}>
        {(ids) => (
          <select
            {...ids}
            class="input"
            name="type"
            value={type}
            onChange={({ currentTarget }) =>
              setType(MESSAGE_TYPES.find((one) => one === currentTarget.value) ?? 'newOrder')
            }
          >
            {MESSAGE_TYPES.map((one) => (
              <option key={one} value={one}>
                {nameOf(one)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <OrderTemplateForm key={type} line={kept.id} type={type} kept={templates[type]} onKept={setKept} />
    </Dialog>
  );
}
