import { sheetFields } from '../../../domain/sheet-columns.ts';
import { sentence, useLocale } from '../../locale.tsx';
import { Field, typed } from '../../parts/fields.tsx';

interface ColumnNamesProps {
  readonly value: Readonly<Record<string, string>>;
  readonly onChange: (value: Readonly<Record<string, string>>) => void;
}

/** Headers that only this shop uses. */
export function ColumnNames({ value, onChange }: ColumnNamesProps) {
  const { t, word } = useLocale();
  return (
    <details class="columns">
      <summary>{t('sheet.columns')}</summary>
      <p class="hint">{t('sheet.columnsHint')}</p>
      <div class="form-row">
        {sheetFields().map((field) => (
          <Field key={field} label={sentence(word('column', field))}>
            {(ids) => (
              <input
                {...ids}
                class="input"
                name={`column-${field}`}
                dir="auto"
                value={value[field] ?? ''}
                onInput={(event) => onChange({ ...value, [field]: typed(event) })}
              />
            )}
          </Field>
        ))}
      </div>
    </details>
  );
}
