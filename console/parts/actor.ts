import type { Locale } from '../locale.tsx';

/** Who did it: `admin`, `key:<id>`, `customer`, `system`. */
export const actorWords = (actor: string, { t, word }: Locale): string =>
  actor.startsWith('key:') ? t('actor.key', { id: `\u2068${actor.slice(4)}\u2069` }) : word('actor', actor);

/** Why a line moved: a reason's code, or `<action> by <actor>` when a person moved it. */
export function lineWhy(why: string, locale: Locale): string {
  const [, action, actor] = /^(\w+) by (\S+)$/.exec(why) ?? [];
  if (action === undefined || actor === undefined) return locale.reason(why);
  return `${locale.word('action', `line.${action}`)} · ${actorWords(actor, locale)}`;
}
