import type { InputHTMLAttributes } from 'preact';
import { randomId } from '../../undecided.ts';
import { useLocale } from '../../locale.tsx';
import { Field, typed } from '../../parts/fields.tsx';
import type { LineField } from './line-fields.ts';

interface AccountFieldProps {
  readonly field: LineField;
  readonly value: string;
  readonly onValue: (value: string) => void;
  /** Something is stored already: empty keeps it. */
  readonly stored?: boolean;
  readonly choices?: readonly string[];
}

/** One field of an account: what it is, where to find it. What is secret is typed blind and never shown again. */
export function AccountField({ field, value, onValue, stored = false, choices = [] }: AccountFieldProps) {
  const { t } = useLocale();
  const { name, secret, type, minLength } = field;
  const hint = t(`lineHint.${name}`);
  const about = secret === true ? ` ${t(stored ? 'newLine.keep' : 'newLine.write')}` : '';
  return (
    <Field label={t(`lineField.${name}`)} hint={hint + about}>
      {(ids) => (
        <span class="with-button">
          <AnyInput
            {...ids}
            class="input code"
            dir="ltr"
            name={name}
            autoComplete={secret === true ? 'new-password' : 'off'}
            spellcheck={false}
            required={!stored}
            {...(minLength === undefined ? {} : { minLength })}
            kind={secret === true ? 'password' : (type ?? 'text')}
            choices={choices.length === 0 ? null : `${ids.id}-list`}
            value={value}
            onInput={(event) => onValue(typed(event).trim())}
          />
          {choices.length > 0 && (
            <datalist id={`${ids.id}-list`}>
              {choices.map((choice) => (
                <option key={choice} value={choice} />
              ))}
            </datalist>
          )}
          {name === 'secret' && (
            <button type="button" class="button" onClick={() => onValue(randomId())}>
              {t('newLine.generate')}
            </button>
          )}
        </span>
      )}
    </Field>
  );
}

type InputProps = Omit<InputHTMLAttributes, 'type' | 'list' | 'role'> & {
  readonly kind: 'text' | 'url' | 'password';
  readonly choices: string | null;
};

function AnyInput({ kind, choices, ...rest }: InputProps) {
  if (choices !== null) return <input {...rest} type="text" list={choices} />;
  switch (kind) {
    case 'password':
      return <input {...rest} type="password" />;
    case 'url':
      return <input {...rest} type="url" />;
    case 'text':
      return <input {...rest} type="text" />;
  }
}
