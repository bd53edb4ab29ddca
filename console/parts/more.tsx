import { useLocale } from '../locale.tsx';
import type { Paged } from '../paged.ts';
import { Failure } from './notices.tsx';

/** The end of a list: what comes after it, or why it could not be read. */
export function More<Item>({ of: { more, busy, error } }: { readonly of: Paged<Item> }) {
  const { t } = useLocale();
  return (
    <>
      <Failure error={error} />
      {more !== null && (
        <button type="button" class="button button-wide" data-act="more" disabled={busy} onClick={more}>
          {t(busy ? 'state.loading' : 'state.more')}
        </button>
      )}
    </>
  );
}
