import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { useLocale } from '../locale.tsx';
import { directionOf, typed } from '../parts/fields.tsx';
import { Icon } from '../parts/icon.tsx';
import type { Writing } from '../writing.ts';

interface ComposerProps {
  readonly label: string;
  readonly send: string;
  readonly hint: string | null;
  readonly writing: Writing;
}

/** On a touch screen Enter is the only way to a new line. */
const enterSends = (): boolean => !matchMedia('(pointer: coarse)').matches;

export function Composer({ label, send, hint, writing }: ComposerProps) {
  const { t } = useLocale();
  const { text, setText } = writing;
  const hintId = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    if (area.current === null) return;
    area.current.style.height = 'auto';
    area.current.style.height = `${Math.min(area.current.scrollHeight, 180)}px`;
  }, [text]);
  const submit = (): void => {
    if (text.trim() === '') return;
    writing.send();
    area.current?.focus();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        ref={area}
        class="input"
        name="text"
        rows={1}
        {...directionOf(text)}
        maxLength={20_000}
        placeholder={label}
        aria-label={label}
        aria-describedby={hintId}
        value={text}
        onInput={(event) => setText(typed(event))}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing || !enterSends()) return;
          event.preventDefault();
          submit();
        }}
      />
      <button
        type="submit"
        class="button button-primary button-send"
        disabled={text.trim() === ''}
        aria-label={send}
        title={send}
      >
        <Icon name="send" />
      </button>
      <p class="hint" id={hintId}>
        {hint ?? t('talk.sendKeys')}
      </p>
    </form>
  );
}
