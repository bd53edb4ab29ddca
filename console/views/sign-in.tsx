import { useEffect, useState } from 'preact/hooks';
import { Api } from '../api.ts';
import { explain } from '../explain.ts';
import { isRefused } from '../http.ts';
import { useLocale } from '../locale.tsx';
import { Field, typed } from '../parts/fields.tsx';
import { Icon } from '../parts/icon.tsx';
import { keptKey } from '../session.ts';
import type { Merchant } from '../shapes.ts';
import type { Language } from '../words/words.ts';

export interface SignedIn {
  readonly key: string;
  readonly merchants: readonly Merchant[];
}

const SHOWN = { type: 'text' } as const;
const HIDDEN = { type: 'password' } as const;

interface SignInProps {
  readonly onEnter: (signedIn: SignedIn) => void;
  readonly onLanguage: (language: Language) => void;
}

export function SignIn({ onEnter, onLanguage }: SignInProps) {
  const locale = useLocale();
  const { t, language } = locale;
  const [key, setKey] = useState(keptKey.read() ?? '');
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const enter = async (tried: string): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const items = await new Api(tried).merchants();
      if (items.length === 0) setProblem(t('signIn.noShop'));
      else onEnter({ key: tried, merchants: items });
    } catch (error) {
      if (isRefused(error, 401)) keptKey.forget();
      setProblem(isRefused(error, 401, 404) ? t('signIn.refused') : explain(error, locale));
    } finally {
      setBusy(false);
    }
  };

  // A reload of the tab is not a reason to ask again.
  useEffect(() => {
    const kept = keptKey.read();
    if (kept !== null) void enter(kept);
  }, []);

  return (
    <main class="sign-in">
      <button
        type="button"
        class="button button-quiet sign-in-language"
        lang={language === 'ar' ? 'en' : 'ar'}
        onClick={() => onLanguage(language === 'ar' ? 'en' : 'ar')}
      >
        <Icon name="globe" />
        {t('app.language')}
      </button>
      <div class="sign-in-card">
        <span class="mark mark-large">
          <Icon name="bird" size={34} />
        </span>
        <h1>{t('signIn.title')}</h1>
        <p class="lead">{t('signIn.lead')}</p>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void enter(key.trim());
          }}
        >
          <Field label={t('signIn.key')}>
            {(ids) => (
              <input
                {...ids}
                class="input code"
                dir="ltr"
                name="key"
                {...(shown ? SHOWN : HIDDEN)}
                autoComplete="current-password"
                autoFocus
                spellcheck={false}
                required
                value={key}
                aria-invalid={problem !== null}
                onInput={(event) => setKey(typed(event))}
              />
            )}
          </Field>
          <label class="choice choice-small">
            <input
              type="checkbox"
              checked={shown}
              onChange={(event) => setShown(event.currentTarget.checked)}
            />
            <span>{t('signIn.show')}</span>
          </label>
          {problem !== null && (
            <p class="notice notice-bad" role="alert">
              <Icon name="alert" />
              <span>{problem}</span>
            </p>
          )}
          <button type="submit" class="button button-primary button-wide" disabled={busy}>
            {t(busy ? 'signIn.checking' : 'signIn.submit')}
          </button>
        </form>
        <details class="where">
          <summary>{t('signIn.where')}</summary>
          <ul>
            <li>{t('signIn.whereStart')}</li>
            <li>{t('signIn.whereFolder')}</li>
            <li>{t('signIn.whereOther')}</li>
          </ul>
        </details>
        <p class="hint">{t('signIn.privacy')}</p>
      </div>
    </main>
  );
}
