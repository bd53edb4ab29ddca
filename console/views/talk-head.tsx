import { useEffect, useRef, useState } from 'preact/hooks';
import type { TalkAction } from '../api.ts';
import { useLocale } from '../locale.tsx';
import { Ask } from '../parts/ask.tsx';
import { PhaseBadge } from '../parts/badges.tsx';
import { Who } from '../parts/exact-text.tsx';
import { Icon } from '../parts/icon.tsx';
import { hrefOf } from '../route.ts';
import type { Conversation } from '../shapes.ts';

/** Who asked for a person is left to one: Zajel is silent, though nobody has taken over yet. */
const isLeftToYou = ({ inCharge, needsHuman }: Conversation): boolean =>
  inCharge === 'bot' && needsHuman === 'asked-for-human';

interface TalkHeadProps {
  readonly of: Conversation;
  readonly busy: boolean;
  readonly onAct: (action: TalkAction) => void;
}

export function TalkHead({ of, busy, onAct }: TalkHeadProps) {
  const { t, word, short } = useLocale();
  const [closing, setClosing] = useState(false);
  const byHuman = of.inCharge === 'human';
  return (
    <header class="talk-head">
      <a
        class="button button-quiet button-icon talk-back"
        href={hrefOf('conversations')}
        aria-label={t('talk.back')}
      >
        <Icon name="back" />
      </a>
      <div class="talk-title">
        <h1>
          <Who name={of.name} customer={of.customer} platform={of.platform} />
        </h1>
        <p>
          <span>{word('platform', of.platform)}</span>
          <PhaseBadge of={of} />
        </p>
      </div>
      <div class="charge" data-in-charge={of.inCharge}>
        <span class="charge-who">
          <Icon name={byHuman || isLeftToYou(of) ? 'person' : 'bird'} size={18} />
          {byHuman
            ? of.handBackAt === null
              ? t('talk.human')
              : t('talk.humanUntil', { time: short(of.handBackAt) })
            : t(isLeftToYou(of) ? 'talk.leftToYou' : 'talk.bot')}
        </span>
        {byHuman ? (
          <button
            type="button"
            class="button button-primary"
            data-act="hand-back"
            disabled={busy}
            onClick={() => onAct('hand-back')}
          >
            {t('talk.handBack')}
          </button>
        ) : (
          <button
            type="button"
            class="button button-human"
            data-act="take-over"
            disabled={busy}
            title={t('talk.takeOverHint')}
            onClick={() => onAct('take-over')}
          >
            {t('talk.takeOver')}
          </button>
        )}
        <MoreActions of={of} busy={busy} onAct={onAct} onClose={() => setClosing(true)} />
      </div>
      {closing && (
        <Ask
          title={t('talk.closeTitle')}
          text={t('talk.closeText')}
          action={t('talk.close')}
          onYes={() => onAct('close')}
          onClose={() => setClosing(false)}
        />
      )}
    </header>
  );
}

function MoreActions({ of, busy, onAct, onClose }: TalkHeadProps & { readonly onClose: () => void }) {
  const { t } = useLocale();
  const menu = useRef<HTMLDetailsElement>(null);
  const shut = (): void => menu.current?.removeAttribute('open');
  useEffect(() => {
    const outside = (event: Event): void => {
      if (event.target instanceof Node && menu.current?.contains(event.target) !== true) shut();
    };
    addEventListener('click', outside);
    return () => removeEventListener('click', outside);
  }, []);
  return (
    <details
      class="menu"
      ref={menu}
      onKeyDown={(event) => {
        if (event.key === 'Escape') shut();
      }}
    >
      <summary class="button button-quiet button-icon" aria-label={t('talk.actions')}>
        <Icon name="more" />
      </summary>
      <div class="menu-list" onClick={shut}>
        {of.window !== null && of.inCharge === 'bot' && (
          <button type="button" data-act="flush" disabled={busy} onClick={() => onAct('flush')}>
            <Icon name="bolt" />
            <span>
              {t('talk.flush')}
              <small>{t('talk.flushHint')}</small>
            </span>
          </button>
        )}
        {isLeftToYou(of) && (
          <button type="button" data-act="hand-back" disabled={busy} onClick={() => onAct('hand-back')}>
            <Icon name="bird" />
            <span>{t('talk.handBack')}</span>
          </button>
        )}
        <button type="button" data-act="close" disabled={busy} onClick={onClose}>
          <Icon name="cross" />
          <span>{t('talk.close')}</span>
        </button>
        {/^\d+$/.test(of.customer) && (
          <a data-act="orders" href={hrefOf('orders', 'of', of.customer)}>
            <Icon name="orders" />
            <span>{t('talk.orders')}</span>
          </a>
        )}
        {of.workflowUrl !== null && (
          <a href={of.workflowUrl} target="_blank" rel="noreferrer">
            <Icon name="external" />
            <span>{t('talk.temporal')}</span>
          </a>
        )}
      </div>
    </details>
  );
}
