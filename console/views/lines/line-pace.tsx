import { useLocale, type Locale } from '../../locale.tsx';
import type { Pace } from '../../shapes.ts';

/** How fast a line may send: what waits for its turn waits for one of these. */
export function LinePace({ pace }: { readonly pace: Pace | null }) {
  const locale = useLocale();
  const limits = pace === null ? [] : limitsOf(pace, locale);
  return (
    <details class="line-pace">
      <summary>{locale.t('pace.title')}</summary>
      {limits.length === 0 ? (
        <p class="hint">{locale.t('pace.none')}</p>
      ) : (
        <ul>
          {limits.map((limit) => (
            <li key={limit}>{limit}</li>
          ))}
        </ul>
      )}
    </details>
  );
}

function limitsOf(pace: Pace, { t, number }: Locale): string[] {
  const { replyGapMs, firstContactGapMs, newContactsPerDay } = pace;
  const seconds = (ms: number): string => number(ms / 1_000);
  const most = (['perMinute', 'perHour', 'perDay'] as const).flatMap((window) => {
    const n = pace[window];
    return n === null ? [] : [t(`pace.${window}`, { n: number(n) })];
  });
  const gaps = [
    ['pace.replyGap', replyGapMs] as const,
    ['pace.firstContactGap', firstContactGapMs] as const,
  ].flatMap(([key, gap]) => (gap === null ? [] : [t(key, { from: seconds(gap.from), to: seconds(gap.to) })]));
  const contacts =
    newContactsPerDay === null
      ? []
      : [
          t('pace.newContacts', {
            first: number(newContactsPerDay.first),
            last: number(newContactsPerDay.last),
            days: number(newContactsPerDay.days),
          }),
        ];
  return [...most, ...gaps, ...contacts];
}
