/** A contact that a customer passes on. */
export interface ContactCard extends Record<string, unknown> {
  readonly name: string;
  readonly phones: readonly string[];
}

/** A vCard's name and phones: `TEL;type=CELL;waid=9647701234567:+964 770 123 4567`. */
export const cardOf = (vcard: string, displayName?: string | null): ContactCard => ({
  name: displayName ?? /^(?:[\w-]+\.)?FN[^:\r\n]*:([^\r\n]+)/im.exec(vcard)?.[1]?.trim() ?? '',
  phones: [...vcard.matchAll(/^(?:[\w-]+\.)?TEL[^:\r\n]*:([^\r\n]+)/gim)].map(([, phone]) =>
    (phone ?? '').trim(),
  ),
});
