import type { ComponentChildren } from 'preact';
import { explain } from '../explain.ts';
import type { Loaded } from '../loaded.ts';
import { useLocale } from '../locale.tsx';
import { Icon, type IconName } from './icon.tsx';

export function Failure({ error }: { readonly error: unknown }) {
  const locale = useLocale();
  if (error === null || error === undefined) return null;
  return (
    <p class="notice notice-bad" role="alert">
      <Icon name="alert" />
      <span>{explain(error, locale)}</span>
    </p>
  );
}

interface EmptyProps {
  readonly icon: IconName;
  readonly title: string;
  readonly hint?: string;
  readonly children?: ComponentChildren;
}

export function Empty({ icon, title, hint, children }: EmptyProps) {
  return (
    <div class="empty">
      <span class="empty-mark">
        <Icon name={icon} size={28} />
      </span>
      <h2>{title}</h2>
      {hint !== undefined && <p>{hint}</p>}
      {children}
    </div>
  );
}

export function Loading({ rows = 4 }: { readonly rows?: number }) {
  const { t } = useLocale();
  return (
    <div class="skeleton" role="status" aria-label={t('state.loading')}>
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} />
      ))}
    </div>
  );
}

interface WhenReadyProps<T> {
  readonly of: Loaded<T>;
  readonly again: () => void;
  readonly rows?: number;
  readonly children: (value: T) => ComponentChildren;
}

/** The three states of what is asked for, so that no page forgets one. */
export function WhenReady<T>({ of, again, rows, children }: WhenReadyProps<T>) {
  const locale = useLocale();
  switch (of.state) {
    case 'loading':
      return <Loading {...(rows === undefined ? {} : { rows })} />;
    case 'failed':
      return (
        <Empty icon="alert" title={locale.t('problem.title')} hint={explain(of.error, locale)}>
          <button type="button" class="button" onClick={again}>
            {locale.t('state.retry')}
          </button>
        </Empty>
      );
    case 'ready':
      return <>{children(of.value)}</>;
  }
}
