import { useState } from 'preact/hooks';
import { useLocale } from '../../locale.tsx';
import { lineWhy } from '../../parts/actor.ts';
import { Badge } from '../../parts/badges.tsx';
import { Code } from '../../parts/exact-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import type { Line } from '../../shapes.ts';
import { LineActions } from './line-actions.tsx';
import { LineLogin } from './line-login.tsx';
import { LinePace } from './line-pace.tsx';

/** One line: how it is and since when, what waits, why it is down and what to do. */
export function LineCard({ line }: { readonly line: Line }) {
  const locale = useLocale();
  const { t, word, count, dateTime, language } = locale;
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
      {line.reason !== null && line.state !== 'connected' && (
        <p class="hint">{t('lines.why', { reason: lineWhy(line.reason, locale) })}</p>
      )}
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
      {line.channel === 'whatsapp-web' && line.state === 'needs-qr' && <LineLogin line={line.id} />}
      <LineActions line={line} />
      <LinePace pace={line.pace} />
      <History line={line} />
    </article>
  );
}

function History({ line }: { readonly line: Line }) {
  const locale = useLocale();
  const { t, dateTime } = locale;
  const [open, setOpen] = useState(false);
  return (
    <details class="history" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('lines.history')}</summary>
      {open &&
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
  );
}
