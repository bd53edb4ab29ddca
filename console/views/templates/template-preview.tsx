import { explain, isolated } from '../../explain.ts';
import { useLocale } from '../../locale.tsx';
import { Icon } from '../../parts/icon.tsx';
import type { TemplateProblem } from '../../template-problem.ts';
import { problemsIn } from './template-problems.ts';
import type { Rendering } from './use-rendered.ts';

/** How the text reads on a real order, or why it can't be saved. */
export function TemplatePreview({ of, name }: { readonly of: Rendering; readonly name: string }) {
  const { t } = useLocale();
  return (
    <section class="template-preview" aria-live="polite" aria-label={`${name}: ${t('templates.preview')}`}>
      <h3>{t('templates.preview')}</h3>
      <Seen of={of} />
    </section>
  );
}

function Seen({ of }: { readonly of: Rendering }) {
  const locale = useLocale();
  const { t, word } = locale;
  if (of.state === 'rendered') {
    if (of.missing.length > 0) {
      const names = of.missing
        .map((name) => word('variable', name))
        .join(locale.language === 'ar' ? '، ' : ', ');
      return <p class="notice notice-warn">{t('templates.previewMissing', { names })}</p>;
    }
    return of.text === null ? (
      <p class="hint">{t('templates.previewNone')}</p>
    ) : (
      <p class="template-bubble" dir="auto">
        {of.text}
      </p>
    );
  }
  const problems = problemsIn(of.error);
  return (
    <div class="notice notice-bad template-problems" role="alert">
      <Icon name="alert" />
      {problems === null ? (
        <p>{explain(of.error, locale)}</p>
      ) : (
        <div>
          <strong>{t('templates.errors')}</strong>
          <ul>
            {problems.map((problem) => (
              <li key={`${problem.code}${problem.at}`}>
                <Problem of={problem} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function Problem({ of: { code, variable, at } }: { readonly of: TemplateProblem }) {
  const { t, number } = useLocale();
  return <>{t(`templateProblem.${code}`, { variable: isolated(variable), at: number(at) })}</>;
}
