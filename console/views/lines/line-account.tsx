import { useState } from 'preact/hooks';
import { useAction } from '../../loaded.ts';
import { useLocale } from '../../locale.tsx';
import { Dialog } from '../../parts/ask.tsx';
import { Code } from '../../parts/exact-text.tsx';
import { Failure } from '../../parts/notices.tsx';
import { useSession } from '../../session.ts';
import type { Line } from '../../shapes.ts';
import { AccountField } from './account-field.tsx';
import { isChannel, LINE_FIELDS, webhookPath } from './line-fields.ts';
import { WebhookAddress } from './webhook-address.tsx';

interface LineAccountProps {
  readonly line: Line;
  readonly onClose: () => void;
  readonly onDone: (said: string) => void;
}

/** The account behind a line: what may be seen of it, and new credentials for it. Only what is typed is changed. */
export function LineAccount({ line, onClose, onDone }: LineAccountProps) {
  const { t } = useLocale();
  const { shop } = useSession();
  const saving = useAction();
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  if (!isChannel(line.channel)) return null;
  const fields = LINE_FIELDS[line.channel];
  const stored = (name: string): string => {
    const value = line.config[name];
    return typeof value === 'string' ? value : '';
  };
  const changed = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
  const path = webhookPath(line.channel, line.id, stored('app'));
  const save = async (): Promise<void> => {
    if (!(await saving.run(() => shop.lines.change(line.id, changed)))) return;
    onDone(t('newLine.changed'));
    onClose();
  };
  return (
    <Dialog title={t('lines.account')} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {fields.map((field) =>
          field.forGood === true ? (
            <p key={field.name} class="fact-row">
              <span>{t(`lineField.${field.name}`)}</span>
              <Code>{stored(field.name) || line.account}</Code>
            </p>
          ) : (
            <AccountField
              key={field.name}
              field={field}
              stored
              value={values[field.name] ?? (field.secret === true ? '' : stored(field.name))}
              onValue={(value) => setValues((before) => ({ ...before, [field.name]: value }))}
            />
          ),
        )}
        {path !== null && (
          <WebhookAddress
            path={path}
            {...(line.channel === 'evolution' ? { secret: values['secret'] ?? '' } : {})}
          />
        )}
        <Failure error={saving.error} />
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {t('state.cancel')}
          </button>
          <button
            type="submit"
            class="button button-primary"
            disabled={saving.busy || Object.keys(changed).length === 0}
          >
            {t(saving.busy ? 'state.saving' : 'state.save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
