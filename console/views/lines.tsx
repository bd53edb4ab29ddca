import { useState } from 'preact/hooks';
import type { LineAction } from '../api.ts';
import { useAction, useLoaded } from '../loaded.ts';
import { useLocale } from '../locale.tsx';
import { lineWhy } from '../parts/actor.ts';
import { Ask } from '../parts/ask.tsx';
import { Badge } from '../parts/badges.tsx';
import { Code } from '../parts/exact-text.tsx';
import { Icon, type IconName } from '../parts/icon.tsx';
import { Empty, Failure, WhenReady } from '../parts/notices.tsx';
import { useSession } from '../session.ts';
import type { Line } from '../shapes.ts';

export function Lines() {
  const { t } = useLocale();
  const { shop } = useSession();
  const [lines, look] = useLoaded('lines', (signal) => shop.lines(signal));
  return (
    <section class="page">
      <header class="page-head">
        <h1>{t('lines.title')}</h1>
        <p class="lead">{t('lines.lead')}</p>
      </header>
      <WhenReady of={lines} again={look}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="lines" title={t('lines.empty')} hint={t('lines.emptyHint')} />
          ) : (
            <ul class="cards">
              {items.map((line) => (
                <li key={line.id}>
                  <LineCard line={line} />
                </li>
              ))}
            </ul>
          )
        }
      </WhenReady>
    </section>
  );
}

function LineCard({ line }: { readonly line: Line }) {
  const locale = useLocale();
  const { t, word, count, dateTime, language } = locale;
  const { shop } = useSession();
  const acting = useAction();
  const [stopping, setStopping] = useState(false);
  const [showHistory, setShowHistory] = useState(false);
  const act = (action: LineAction): void => void acting.run(() => shop.actOnLine(line.id, action));
  const button = (action: LineAction, icon: IconName, onClick: () => void) => (
    <button type="button" class="button" disabled={acting.busy} data-act={action} onClick={onClick}>
      <Icon name={icon} />
      {t(`lines.${action}`)}
    </button>
  );
  return (
    <article class="card line-card" data-line={line.id} data-state={line.state}>
      <header class="card-head">
        <h2>
          <Code>{line.id}</Code>
          <small>{word('channel', line.channel)}</small>
        </h2>
        <Badge family="line" code={line.state} />
      </header>
      <p class="facts">
        <span>{t('lines.since', { time: dateTime(line.since) })}</span>
        {line.quality !== null && line.state !== 'stopped' && <span>{word('quality', line.quality)}</span>}
        <span class={line.waiting > 0 ? 'fact-warn' : undefined}>
          {line.waiting > 0 ? count('waitingOnLine', line.waiting) : t('lines.waitingNone')}
        </span>
      </p>
      {line.advice.length > 0 && (
        <div class="notice notice-warn">
          <Icon name="alert" />
          <div>
            <strong>{t('lines.advice')}</strong>
            {line.advice.map(({ code, text }) => (
              <p key={code}>{text[language]}</p>
            ))}
          </div>
        </div>
      )}
      <Failure error={acting.error} />
      <div class="actions">
        {line.state === 'stopped'
          ? button('start', 'play', () => act('start'))
          : button('stop', 'stop', () => setStopping(true))}
        {line.state !== 'stopped' && button('restart', 'restart', () => act('restart'))}
      </div>
      <details class="history" onToggle={(event) => setShowHistory(event.currentTarget.open)}>
        <summary>{t('lines.history')}</summary>
        {showHistory &&
          (line.history.length === 0 ? (
            <p class="hint">{t('lines.historyEmpty')}</p>
          ) : (
            <ol>
              {line.history.map(({ state, at, why }) => (
                <li key={`${at}${state}`}>
                  <time dateTime={at}>{dateTime(at)}</time>
                  <Badge family="line" code={state} />
                  {why !== null && <span>{lineWhy(why, locale)}</span>}
                </li>
              ))}
            </ol>
          ))}
      </details>
      {stopping && (
        <Ask
          title={t('lines.stopTitle', { line: `\u2068${line.id}\u2069` })}
          text={t('lines.stopText')}
          action={t('lines.stop')}
          onYes={() => act('stop')}
          onClose={() => setStopping(false)}
        />
      )}
    </article>
  );
}
