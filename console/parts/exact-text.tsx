import type { ComponentChildren } from 'preact';
import { useLocale } from '../locale.tsx';

/**
 * Control characters, invisible spaces, direction overrides, lone surrogates. Not the joiners (U+200C/D): Kurdish and
 * emoji families are written with them. Nor line breaks and tabs.
 */
const ODD =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc]|[\u{e0001}\u{e0020}-\u{e007f}]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

const codeOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/**
 * What somebody typed, as they typed it: its own direction, its own line breaks, nothing of it read as markup. A
 * character that can't be seen gets a label beside it; the character itself stays, isolated, so a copy is byte-true.
 */
export function ExactText({
  text,
  class: name = 'exact',
}: {
  readonly text: string;
  readonly class?: string;
}) {
  const { t } = useLocale();
  const parts: ComponentChildren[] = [];
  let from = 0;
  for (const match of text.matchAll(ODD)) {
    if (match.index > from) parts.push(text.slice(from, match.index));
    const code = codeOf(match[0]);
    parts.push(
      <span class="odd" data-code={code} title={t('text.odd', { code })}>
        {match[0]}
      </span>,
    );
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  return (
    <bdi class={name} dir="auto">
      {parts}
    </bdi>
  );
}

/** A phone number or a code: left to right, also inside Arabic. */
export function Code({ children }: { readonly children: string }) {
  return (
    <bdi class="code" dir="ltr">
      {children}
    </bdi>
  );
}

/** A customer as people read them: the name if there is one, else the number with a plus. */
export function Who({
  name,
  customer,
  platform,
}: {
  readonly name: string | null;
  readonly customer: string;
  readonly platform: string;
}) {
  if (name !== null && name.trim() !== '') return <ExactText text={name} class="who" />;
  return <Code>{platform !== 'instagram' && /^\d{6,15}$/.test(customer) ? `+${customer}` : customer}</Code>;
}
