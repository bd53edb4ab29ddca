import { useState } from 'preact/hooks';
import { useAction } from '../../loaded.ts';
import { useLocale } from '../../locale.tsx';
import type { Preview } from '../../order-shapes.ts';
import { Failure } from '../../parts/notices.tsx';
import { useSession } from '../../session.ts';
import { PreviewTable } from './preview-table.tsx';

/** What would leave at this moment, row by row. */
export function DryRun() {
  const { t } = useLocale();
  const { shop } = useSession();
  const looking = useAction();
  const [seen, setSeen] = useState<Preview | null>(null);
  const look = (): void =>
    void looking.run(async () => {
      setSeen(null);
      setSeen(await shop.orders.dryRun());
    });
  return (
    <article class="card" data-card="dry-run">
      <h2>{t('sheet.dryRun')}</h2>
      <p class="hint">{t('sheet.dryRunText')}</p>
      <Failure error={looking.error} />
      <div class="actions">
        <button type="button" class="button" data-act="dry-run" disabled={looking.busy} onClick={look}>
          {t(looking.busy ? 'sheet.previewing' : 'sheet.dryRun')}
        </button>
      </div>
      {seen !== null && (
        <PreviewTable of={seen} title={t('sheet.dryRunTitle')} text={t('sheet.dryRunText')} />
      )}
    </article>
  );
}
