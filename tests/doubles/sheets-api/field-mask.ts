/** Google's `fields`: `a,b(c,d/e)` keeps only what is named. `*` keeps all. */
export type Mask = Map<string, Mask>;

export function parseMask(text: string): Mask {
  let at = 0;
  const list = (): Mask => {
    const mask: Mask = new Map();
    do {
      const name = /^[\w*]+/.exec(text.slice(at))?.[0] ?? '';
      at += name.length;
      if (name === '') throw new RangeError(`bad field mask at ${at}: ${text}`);
      mask.set(name, below());
    } while (text[at] === ',' && ++at);
    return mask;
  };
  const below = (): Mask => {
    if (text[at] === '/' || text[at] === '.') {
      at += 1;
      const name = /^[\w*]+/.exec(text.slice(at))?.[0] ?? '';
      at += name.length;
      return new Map([[name, below()]]);
    }
    if (text[at] !== '(') return new Map();
    at += 1;
    const inner = list();
    if (text[at] !== ')') throw new RangeError(`unclosed field mask: ${text}`);
    at += 1;
    return inner;
  };
  const mask = list();
  if (at < text.length) throw new RangeError(`bad field mask at ${at}: ${text}`);
  return mask;
}

/** Of what is named nothing may be left: such a part is not sent at all, so that nobody tells anything by its being there. */
export function applyMask(value: unknown, mask: Mask): unknown {
  if (mask.size === 0 || mask.has('*')) return value;
  if (Array.isArray(value)) return value.map((one) => applyMask(one, mask));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      const below = mask.get(key);
      if (below === undefined) return [];
      const kept = applyMask(inner, below);
      return isBare(kept) && !isBare(inner) ? [] : [[key, kept]];
    }),
  );
}

const isBare = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
