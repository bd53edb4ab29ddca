import { arabicName, templateVariables, type TemplateVariable } from '../../../domain/template-variables.ts';
import { isolated } from '../../explain.ts';
import { useLocale } from '../../locale.tsx';

/** What a text can say about an order, to be put in where the cursor stands; by the name of the page's language. */
export function Variables({ onInsert }: { readonly onInsert: (name: string) => void }) {
  const { t, word, language } = useLocale();
  const nameOf = (variable: TemplateVariable): string =>
    language === 'ar' ? arabicName(variable) : variable;
  const example = isolated(language === 'ar' ? '{الاسم|عميلنا العزيز}' : '{name|dear customer}');
  return (
    <details class="variables">
      <summary>{t('templates.insert')}</summary>
      <p class="chips">
        {templateVariables().map((variable) => (
          <button
            key={variable}
            type="button"
            class="button button-small"
            aria-label={t('templates.insertOne', { name: word('variable', variable) })}
            onClick={() => onInsert(nameOf(variable))}
          >
            {word('variable', variable)}
          </button>
        ))}
      </p>
      <p class="hint">{t('templates.fallbackHint', { example })}</p>
    </details>
  );
}
