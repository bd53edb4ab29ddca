import { useState } from 'preact/hooks';
import { isolated } from '../../explain.ts';
import { useAction, useLoaded } from '../../loaded.ts';
import { useLocale } from '../../locale.tsx';
import { sheetAdvice } from '../../sheet-advice.ts';
import { COUNTS, type Automation, type Sheet } from '../../order-shapes.ts';
import { Ask } from '../../parts/ask.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Failure, WhenReady } from '../../parts/notices.tsx';
import { useSession } from '../../session.ts';
import type { Line } from '../../shapes.ts';

interface AutomationCardProps {
  readonly sheet: Sheet;
  readonly lines: readonly Line[];
}

const LOOK_MS = 15_000;

/** Whether messages about orders go out, what came of them, and why they may not. */
export function AutomationCard({ sheet, lines }: AutomationCardProps) {
  const { t } = useLocale();
  const { shop } = useSession();
  const [status, look] = useLoaded('automation', (signal) => shop.orders.automation(signal), {
    everyMs: LOOK_MS,
  });
  return (
    <article class="card" data-card="automation">
      <h2>{t('automation.title')}</h2>
      <WhenReady of={status} again={look} rows={2}>
        {(now) => (
          <>
            <Troubles sheet={sheet} lines={lines} />
            <Running now={now} onChanged={look} />
            <dl class="counts">
              {COUNTS.map((name) => (
                <Count key={name} name={name} n={now.counts[name]} />
              ))}
            </dl>
          </>
        )}
      </WhenReady>
    </article>
  );
}

function Count({ name, n }: { readonly name: (typeof COUNTS)[number]; readonly n: number }) {
  const { t, number } = useLocale();
  return (
    <div>
      <dd>{number(n)}</dd>
      <dt>{t(`automation.${name}`)}</dt>
    </div>
  );
}

function Troubles({ sheet: { trouble, line }, lines }: AutomationCardProps) {
  const { t, reason } = useLocale();
  const sender = lines.find(({ id }) => id === line);
  const isDown = lines.length > 0 && sender?.state !== 'connected' && sender?.state !== 'no-new-chats';
  return (
    <>
      {trouble !== null && (
        <div class="notice notice-warn" data-trouble={trouble.reason}>
          <Icon name="alert" />
          <div>
            <p>{t('automation.paused', { reason: reason(trouble.reason) })}</p>
            <p>{t(sheetAdvice(trouble))}</p>
            <p>{t('automation.pausedEffect')}</p>
          </div>
        </div>
      )}
      {isDown && (
        <p class="notice notice-warn">
          <Icon name="lines" />
          <span>{t('automation.noLine', { line: isolated(line) })}</span>
        </p>
      )}
    </>
  );
}

function Running({ now, onChanged }: { readonly now: Automation; readonly onChanged: () => void }) {
  const { t, count, dateTime } = useLocale();
  const { shop } = useSession();
  const acting = useAction();
  const [asking, setAsking] = useState(false);
  const { running, since, sheet } = now;
  const act = async (): Promise<void> => {
    if (await acting.run(() => shop.orders.run(!running))) onChanged();
  };
  return (
    <>
      <p class="facts" role="status" data-running={running}>
        <span class={running ? 'badge badge-good' : 'badge badge-warn'}>
          {running && since !== null
            ? t('automation.running', { time: dateTime(since) })
            : t(since === null ? 'automation.never' : 'automation.stopped')}
        </span>
        <span>
          {sheet.lastPollAt === null
            ? t('automation.notRead')
            : t('automation.lastPoll', { time: dateTime(sheet.lastPollAt) })}
        </span>
        {sheet.rows !== null && <span>{count('rowsRead', sheet.rows)}</span>}
      </p>
      <Failure error={acting.error} />
      <div class="actions">
        <button
          type="button"
          class={running ? 'button' : 'button button-primary'}
          data-act={running ? 'stop-automation' : 'start-automation'}
          disabled={acting.busy}
          onClick={() => setAsking(true)}
        >
          <Icon name={running ? 'stop' : 'play'} />
          {t(running ? 'automation.stop' : 'automation.start')}
        </button>
      </div>
      {asking && (
        <Ask
          title={t(running ? 'automation.stopTitle' : 'automation.startTitle')}
          text={t(running ? 'automation.stopText' : 'automation.startText')}
          action={t(running ? 'automation.stop' : 'automation.start')}
          tone={running ? 'danger' : 'primary'}
          onYes={() => void act()}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
