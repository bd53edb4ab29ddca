import { useState } from 'preact/hooks';
import { useAction } from '../../loaded.ts';
import { useLocale } from '../../locale.tsx';
import type { SheetWanted } from '../../order-calls.ts';
import type { Preview, Sheet } from '../../order-shapes.ts';
import { Choice, Field, typed } from '../../parts/fields.tsx';
import { Failure } from '../../parts/notices.tsx';
import { useSession } from '../../session.ts';
import type { Line } from '../../shapes.ts';
import { ColumnNames } from './column-names.tsx';
import { jsonIn, KeyFile } from './key-file.tsx';
import { PreviewTable } from './preview-table.tsx';

interface Draft {
  readonly kind: 'file' | 'google';
  readonly path: string;
  readonly spreadsheet: string;
  readonly key: string;
  readonly tab: string;
  readonly line: string;
  readonly columns: Readonly<Record<string, string>>;
}

const draftOf = (kept: Sheet | null, lines: readonly Line[]): Draft => ({
  kind: kept?.kind ?? 'google',
  path: kept?.path ?? '',
  spreadsheet: kept?.spreadsheet ?? '',
  key: '',
  tab: kept?.tab ?? '',
  line: kept?.line ?? lines[0]?.id ?? '',
  columns: kept?.columns ?? {},
});

function wantedOf({ kind, path, spreadsheet, key, tab, line, columns }: Draft): SheetWanted {
  const named = Object.entries(columns).filter(([, header]) => header.trim() !== '');
  const rest = {
    line,
    columns: Object.fromEntries(named),
    ...(tab.trim() === '' ? {} : { tab: tab.trim() }),
  };
  if (kind === 'file') return { kind, path: path.trim(), ...rest };
  const credentials = key.trim() === '' ? {} : { credentials: jsonIn(key) ?? {} };
  return { kind, spreadsheet: spreadsheet.trim(), ...credentials, ...rest };
}

interface SheetFormProps {
  readonly kept: Sheet | null;
  readonly lines: readonly Line[];
  readonly onConnected: () => void;
}

/** Where the sheet is; looked at first, connected then. */
export function SheetForm({ kept, lines, onConnected }: SheetFormProps) {
  const { t } = useLocale();
  const { shop } = useSession();
  const acting = useAction();
  const [draft, setDraft] = useState(() => draftOf(kept, lines));
  const [preview, setPreview] = useState<Preview | null>(null);
  const [said, setSaid] = useState('');
  const change = (part: Partial<Draft>): void => {
    setDraft((before) => ({ ...before, ...part }));
    setSaid('');
  };
  const look = (): void =>
    void acting.run(async () => {
      setSaid('');
      setPreview(null);
      setPreview(await shop.orders.preview(wantedOf(draft)));
    });
  const connect = (): void =>
    void acting.run(async () => {
      setSaid('');
      await shop.orders.connect(wantedOf(draft));
      change({ key: '' });
      setSaid(t('sheet.connected'));
      onConnected();
    });
  return (
    <form
      class="card form"
      data-card="sheet"
      onSubmit={(event) => {
        event.preventDefault();
        connect();
      }}
    >
      <h2>{t('sheet.title')}</h2>
      {kept === null && <p class="hint">{t('sheet.none')}</p>}
      <Place draft={draft} hasKey={kept?.kind === 'google'} onChange={change} />
      <div class="form-row">
        <Field label={t('sheet.line')}>
          {(ids) => (
            <select
              {...ids}
              class="input"
              name="line"
              required
              value={draft.line}
              onChange={(event) => change({ line: typed(event) })}
            >
              {lines.map(({ id }) => (
                <option key={id} value={id}>
                  {id}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={t('sheet.tab')} hint={t('sheet.tabHint')}>
          {(ids) => (
            <input
              {...ids}
              class="input"
              name="tab"
              dir="auto"
              value={draft.tab}
              onInput={(event) => change({ tab: typed(event) })}
            />
          )}
        </Field>
      </div>
      <ColumnNames value={draft.columns} onChange={(columns) => change({ columns })} />
      <Failure error={acting.error} />
      <p class="hint">{t('sheet.connectHint')}</p>
      <div class="actions">
        <button type="button" class="button" data-act="preview" disabled={acting.busy} onClick={look}>
          {t(acting.busy ? 'sheet.previewing' : 'sheet.preview')}
        </button>
        <button type="submit" class="button button-primary" data-act="connect" disabled={acting.busy}>
          {t(kept === null ? 'sheet.connect' : 'sheet.connectAgain')}
        </button>
      </div>
      <p class="said" role="status">
        {said}
      </p>
      {preview !== null && (
        <PreviewTable of={preview} title={t('sheet.previewTitle')} text={t('sheet.previewText')} />
      )}
    </form>
  );
}

interface PlaceProps {
  readonly draft: Draft;
  readonly hasKey: boolean;
  readonly onChange: (part: Partial<Draft>) => void;
}

function Place({ draft: { kind, path, spreadsheet, key }, hasKey, onChange }: PlaceProps) {
  const { t } = useLocale();
  return (
    <>
      <fieldset>
        <legend>{t('sheet.kind')}</legend>
        {(['google', 'file'] as const).map((one) => (
          <Choice
            key={one}
            kind="radio"
            name="kind"
            label={t(`sheet.${one}`)}
            checked={kind === one}
            onChange={() => onChange({ kind: one })}
          />
        ))}
      </fieldset>
      {kind === 'file' ? (
        <Field label={t('sheet.path')} hint={t('sheet.pathHint')}>
          {(ids) => (
            <input
              {...ids}
              class="input code"
              dir="ltr"
              name="path"
              required
              placeholder="orders.csv"
              value={path}
              onInput={(event) => onChange({ path: typed(event) })}
            />
          )}
        </Field>
      ) : (
        <>
          <Field label={t('sheet.spreadsheet')} hint={t('sheet.spreadsheetHint')}>
            {(ids) => (
              <input
                {...ids}
                class="input code"
                dir="ltr"
                name="spreadsheet"
                required
                placeholder="https://docs.google.com/spreadsheets/d/…"
                value={spreadsheet}
                onInput={(event) => onChange({ spreadsheet: typed(event) })}
              />
            )}
          </Field>
          <KeyFile value={key} stored={hasKey} onChange={(text) => onChange({ key: text })} />
        </>
      )}
    </>
  );
}
