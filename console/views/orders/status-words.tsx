import { isolated } from '../../explain.ts';
import { useAction, useLoaded } from '../../loaded.ts';
import { useLocale } from '../../locale.tsx';
import { CATEGORIES, type StatusWord } from '../../order-shapes.ts';
import { typed } from '../../parts/fields.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Failure } from '../../parts/notices.tsx';
import { useSession } from '../../session.ts';

/** Words of the status column that mean nothing yet, each asked about; and those that the shop has given a meaning. */
export function StatusWords() {
  const { t } = useLocale();
  const { shop } = useSession();
  const [words, look] = useLoaded('status-words', (signal) => shop.orders.statusWords(signal));
  if (words.state === 'failed') return <Failure error={words.error} />;
  if (words.state === 'loading' || words.value.items.length === 0) return null;
  const unknown = words.value.items.filter(({ category }) => category === null);
  const own = words.value.items.filter(({ category }) => category !== null);
  return (
    <article class="card" data-card="words">
      {unknown.length > 0 && (
        <>
          <h2>{t('words.title')}</h2>
          <p class="hint">{t('words.lead')}</p>
          <WordList words={unknown} onChanged={look} />
        </>
      )}
      {own.length > 0 && (
        <details open={unknown.length === 0}>
          <summary>{t('words.own')}</summary>
          <WordList words={own} onChanged={look} />
        </details>
      )}
    </article>
  );
}

function WordList({
  words,
  onChanged,
}: {
  readonly words: readonly StatusWord[];
  readonly onChanged: () => void;
}) {
  return (
    <ul class="word-list">
      {words.map((one) => (
        <li key={one.word}>
          <Word of={one} onChanged={onChanged} />
        </li>
      ))}
    </ul>
  );
}

function Word({ of, onChanged }: { readonly of: StatusWord; readonly onChanged: () => void }) {
  const { t, word } = useLocale();
  const { shop } = useSession();
  const acting = useAction();
  const run = async (action: () => Promise<unknown>): Promise<void> => {
    if (await acting.run(action)) onChanged();
  };
  const shown = isolated(of.shown);
  return (
    <>
      <bdi class="word">{of.shown}</bdi>
      <select
        class="input"
        aria-label={t('words.means', { word: shown })}
        disabled={acting.busy}
        value={of.category ?? ''}
        onChange={(event) => {
          const category = typed(event);
          if (category !== '') void run(() => shop.orders.mapWord(of.shown, category));
        }}
      >
        <option value="">{t('words.choose')}</option>
        {CATEGORIES.map((category) => (
          <option key={category} value={category}>
            {word('category', category)}
          </option>
        ))}
      </select>
      {of.category !== null && (
        <button
          type="button"
          class="button button-quiet button-icon"
          aria-label={t('words.forget', { word: shown })}
          disabled={acting.busy}
          onClick={() => void run(() => shop.orders.forgetWord(of.shown))}
        >
          <Icon name="trash" />
        </button>
      )}
      <Failure error={acting.error} />
    </>
  );
}
