import { useLocale } from '../locale.tsx';
import type { Conversation, Message } from '../shapes.ts';
import { useRemaining } from './countdown.tsx';
import { Icon, type IconName } from './icon.tsx';

const TONE: Readonly<Record<string, string>> = {
  gathering: 'live',
  thinking: 'live',
  sending: 'live',
  waiting: 'warn',
  human: 'human',
  connected: 'good',
  starting: 'live',
  degraded: 'warn',
  'no-new-chats': 'warn',
  'needs-qr': 'warn',
  'logged-out': 'bad',
  'needs-human': 'human',
  asked: 'live',
  settling: 'live',
  confirmed: 'good',
  shipped: 'good',
  delivered: 'good',
  rejected: 'bad',
  none: 'warn',
};

export function Badge({
  family,
  code,
}: {
  readonly family: 'phase' | 'line' | 'category' | 'orderPhase';
  readonly code: string;
}) {
  const { word } = useLocale();
  return (
    <span class={`badge badge-${TONE[code] ?? 'calm'}`} data-code={code}>
      {word(family, code)}
    </span>
  );
}

/** The phase of a conversation; while the window is open, how long it has left. */
export function PhaseBadge({ of }: { readonly of: Conversation }) {
  const { t, number } = useLocale();
  const remaining = useRemaining(of.phase === 'gathering' ? of.window : null);
  if (remaining === null) return of.phase === 'idle' ? null : <Badge family="phase" code={of.phase} />;
  return (
    <span class="badge badge-live" data-code="gathering">
      {t('phase.gathering')}
      {!remaining.over && <b class="ticking">{t('window.second', { n: number(remaining.seconds) })}</b>}
    </span>
  );
}

const STATUS_ICON: Readonly<Record<string, IconName>> = {
  waiting: 'clock',
  sending: 'clock',
  accepted: 'check',
  sent: 'check',
  delivered: 'checks',
  read: 'checks',
  failed: 'alert',
  unknown: 'question',
};

export function StatusMark({ of }: { readonly of: Message }) {
  const { word } = useLocale();
  const icon = STATUS_ICON[of.status];
  if (of.direction === 'in' || icon === undefined) return null;
  const label = word('status', of.status);
  return (
    <span class={`status status-${of.status}`} data-status={of.status} title={label}>
      <Icon name={icon} size={16} />
      <span class="status-word">{label}</span>
    </span>
  );
}
