import { useState } from 'preact/hooks';
import { useLocale } from '../../locale.tsx';
import { Field } from '../../parts/fields.tsx';

/** The JSON that a text is; undefined when it is none. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

interface KeyFileProps {
  readonly value: string;
  readonly stored: boolean;
  readonly onChange: (text: string) => void;
}

/** The key of a service account, from its file. It goes in and never comes out. */
export function KeyFile({ value, stored, onChange }: KeyFileProps) {
  const { t } = useLocale();
  const [bad, setBad] = useState(false);
  const read = async (file: File | undefined): Promise<void> => {
    const text = file === undefined ? '' : await file.text();
    setBad(file !== undefined && jsonIn(text) === undefined);
    onChange(jsonIn(text) === undefined ? '' : text);
  };
  return (
    <Field
      label={t('sheet.credentials')}
      hint={t(stored && value === '' ? 'sheet.credentialsKept' : 'sheet.credentialsHint')}
    >
      {(ids) => (
        <>
          <input
            {...ids}
            class="input"
            type="file"
            name="credentials"
            accept="application/json,.json"
            required={!stored && value === ''}
            aria-invalid={bad}
            onChange={(event) => void read(event.currentTarget.files?.[0])}
          />
          {bad && (
            <p class="fact-warn" role="alert">
              {t('sheet.credentialsBad')}
            </p>
          )}
        </>
      )}
    </Field>
  );
}
