import { isRefused } from '../../http.ts';
import { useLoaded } from '../../loaded.ts';
import { WhenReady } from '../../parts/notices.tsx';
import { allOf } from '../../paged.ts';
import { useSession } from '../../session.ts';
import { Adopt } from './adopt.tsx';
import { AutomationCard } from './automation-card.tsx';
import { DryRun } from './dry-run.tsx';
import { SheetForm } from './sheet-form.tsx';
import { StatusWords } from './status-words.tsx';

/** Readings of the sheet are no events: this is how old what is shown of them may be. */
const LOOK_MS = 15_000;

/** Where the orders are, what would be sent for them, and whether anything is. */
export function SheetPage() {
  const { shop } = useSession();
  const [sheet, look] = useLoaded(
    'sheet',
    (signal) =>
      shop.orders.sheet(signal).catch((error: unknown) => {
        if (isRefused(error, 404)) return null;
        throw error;
      }),
    { everyMs: LOOK_MS },
  );
  const [lines] = useLoaded('lines', (signal) => allOf(shop.lines.page, signal));
  const known = lines.state === 'ready' ? lines.value : [];
  return (
    <WhenReady of={sheet} again={look} rows={6}>
      {(now) => (
        <div class="stack">
          {now !== null && (
            <>
              <AutomationCard sheet={now} lines={known} />
              <StatusWords />
            </>
          )}
          {/* A form does not change under the hands: it begins with what was there when the page was opened. */}
          {lines.state === 'ready' && <SheetForm kept={now} lines={known} onConnected={look} />}
          {now !== null && (
            <>
              <DryRun />
              <Adopt />
            </>
          )}
        </div>
      )}
    </WhenReady>
  );
}
