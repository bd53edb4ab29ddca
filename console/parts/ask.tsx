import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useLocale } from '../locale.tsx';
import { Icon } from './icon.tsx';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** The browser's own modal dialog: focus stays inside, Escape closes, focus returns where it was. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const { t } = useLocale();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} class="dialog" aria-label={title} onClose={onClose}>
      <header class="dialog-head">
        <h2>{title}</h2>
        <button
          type="button"
          class="button button-quiet button-icon"
          aria-label={t('state.close')}
          onClick={onClose}
        >
          <Icon name="cross" />
        </button>
      </header>
      {children}
    </dialog>
  );
}

interface AskProps {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  /** What the way back is called where “cancel” would be ambiguous. */
  readonly back?: string;
  /** @default danger */
  readonly tone?: 'danger' | 'primary';
  readonly onYes: () => void;
  readonly onClose: () => void;
}

/** Asked before what can't be taken back. */
export function Ask({ title, text, action, back, tone = 'danger', onYes, onClose }: AskProps) {
  const { t } = useLocale();
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <div class="actions">
        <button type="button" class="button" onClick={onClose}>
          {back ?? t('state.cancel')}
        </button>
        <button
          type="button"
          class={`button button-${tone}`}
          data-act="yes"
          onClick={() => {
            onYes();
            onClose();
          }}
        >
          {action}
        </button>
      </div>
    </Dialog>
  );
}
