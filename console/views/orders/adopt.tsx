import { useState } from 'preact/hooks';
import { useAction } from '../../loaded.ts';
import { useLocale } from '../../locale.tsx';
import { Ask } from '../../parts/ask.tsx';
import { Field } from '../../parts/fields.tsx';
import { Failure } from '../../parts/notices.tsx';
import { useSession } from '../../session.ts';

/** A first step that nobody regrets; the API takes at most 5,000. */
const FIRST_LIMIT = 10;
const LARGEST = 5_000;

/** Writing to customers whose rows were there before Zajel: first what it would send, then a cap, then a question. */
export function Adopt() {
  const { t, count } = useLocale();
  const { shop } = useSession();
  const acting = useAction();
  const [possible, setPossible] = useState<number | null>(null);
  const [limit, setLimit] = useState(FIRST_LIMIT);
  const [asking, setAsking] = useState(false);
  const [said, setSaid] = useState('');
  const look = (): void =>
    void acting.run(async () => {
      setSaid('');
      const { rows } = await shop.orders.dryRun();
      setPossible(rows.filter(({ ifAdopted }) => ifAdopted !== null).length);
    });
  const adopt = (): void =>
    void acting.run(async () => {
      const { adopted } = await shop.orders.adopt(limit);
      setPossible(null);
      setSaid(count('adopted', adopted));
    });
  return (
    <article class="card" data-card="adopt">
      <h2>{t('adopt.title')}</h2>
      <p class="hint">{t('adopt.text')}</p>
      <Failure error={acting.error} />
      <p class="said" role="status">
        {said !== ''
          ? said
          : possible === null
            ? ''
            : possible === 0
              ? t('adopt.none')
              : count('adoptable', possible)}
      </p>
      {possible === null || possible === 0 ? (
        <div class="actions">
          <button type="button" class="button" data-act="adopt-look" disabled={acting.busy} onClick={look}>
            {t(acting.busy ? 'sheet.previewing' : 'adopt.look')}
          </button>
        </div>
      ) : (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            setAsking(true);
          }}
        >
          <Field label={t('adopt.limit')}>
            {(ids) => (
              <input
                {...ids}
                class="input input-number"
                type="number"
                name="limit"
                min="1"
                max={LARGEST}
                required
                value={limit}
                onInput={(event) => {
                  const wanted = event.currentTarget.valueAsNumber;
                  if (Number.isInteger(wanted)) setLimit(wanted);
                }}
              />
            )}
          </Field>
          <div class="actions">
            <button type="submit" class="button button-primary" data-act="adopt" disabled={acting.busy}>
              {t('adopt.go')}
            </button>
          </div>
        </form>
      )}
      {asking && possible !== null && (
        <Ask
          title={t('adopt.askTitle')}
          text={count('adoptWarning', Math.min(limit, possible))}
          action={t('adopt.askGo')}
          onYes={adopt}
          onClose={() => setAsking(false)}
        />
      )}
    </article>
  );
}
