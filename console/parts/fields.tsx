import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { useLocale } from '../locale.tsx';
import { Icon } from './icon.tsx';

interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly children: (ids: {
    readonly id: string;
    readonly 'aria-describedby'?: string;
  }) => ComponentChildren;
}

/** A labelled field; the hint belongs to it for those who listen, too. */
export function Field({ label, hint, children }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(hint === undefined ? { id } : { id, 'aria-describedby': `${id}-hint` })}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** What the field says now. */
export const typed = ({ currentTarget }: { readonly currentTarget: { readonly value: string } }): string =>
  currentTarget.value;

/** What is typed decides its own direction; an empty field reads as the page does, its placeholder with it. */
export const directionOf = (text: string): { readonly dir?: 'auto' } => (text === '' ? {} : { dir: 'auto' });

interface ChoiceProps {
  readonly kind: 'radio' | 'checkbox';
  readonly name: string;
  /** What tells it from the other radios of its name. */
  readonly value?: string;
  readonly label: string;
  readonly hint?: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function Choice({ kind, name, value, label, hint, checked, disabled = false, onChange }: ChoiceProps) {
  return (
    <label class="choice">
      <input
        type={kind}
        name={name}
        value={value}
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>
        <strong>{label}</strong>
        {hint !== undefined && <small>{hint}</small>}
      </span>
    </label>
  );
}

/** Whole and half seconds for people, milliseconds for the API. */
export function Seconds({
  label,
  ms,
  onChange,
}: {
  readonly label: string;
  readonly ms: number;
  readonly onChange: (ms: number) => void;
}) {
  return (
    <Field label={label}>
      {(ids) => (
        <input
          {...ids}
          class="input input-number"
          type="number"
          inputMode="decimal"
          min="0"
          max="600"
          step="0.5"
          required
          value={ms / 1000}
          onInput={(event) => {
            const seconds = event.currentTarget.valueAsNumber;
            if (Number.isFinite(seconds)) onChange(Math.round(seconds * 1000));
          }}
        />
      )}
    </Field>
  );
}

/** One entry per line, as it is typed; empty lines are left out when it is kept. */
export const linesOf = (text: string): string[] => [
  ...new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  ),
];

export function CopyButton({ text }: { readonly text: string }) {
  const { t } = useLocale();
  const [copied, setCopied] = useState(false);
  // Without a secure origin there is no clipboard; the text beside the button can be selected by hand.
  if (!('clipboard' in navigator)) return null;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <button type="button" class="button" onClick={() => void copy()}>
      <Icon name={copied ? 'check' : 'copy'} />
      <span role="status">{t(copied ? 'state.copied' : 'state.copy')}</span>
    </button>
  );
}

/** Save, with what came of it beside. */
export function SaveBar({
  busy,
  changed,
  saved,
  blocked = false,
}: {
  readonly busy: boolean;
  readonly changed: boolean;
  readonly saved: boolean;
  /** What is typed can’t be kept as it is; the page says why. */
  readonly blocked?: boolean;
}) {
  const { t } = useLocale();
  return (
    <div class={changed ? 'save-bar save-bar-changed' : 'save-bar'}>
      <button type="submit" class="button button-primary" disabled={busy || !changed || blocked}>
        {t(busy ? 'state.saving' : 'state.save')}
      </button>
      <span role="status" class={saved && !changed ? 'saved' : 'hint'}>
        {changed ? t('state.unsaved') : saved ? t('state.saved') : ''}
      </span>
    </div>
  );
}
