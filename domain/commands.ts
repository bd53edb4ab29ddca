import { normalise } from './text.ts';

/**
 * The words with which a customer leaves and comes back. Only as the whole message: `وقف الخيري` is a name and
 * `stop by tomorrow?` is a visit. Every spelling of an entry counts (see `normalise`).
 */
export const OPT_OUT_WORDS = [
  'stop',
  'stop all',
  'stopall',
  'unsubscribe',
  'opt out',
  'الغاء الاشتراك',
  'الغاء اشتراك',
  'الغي الاشتراك',
  'وقف',
  'اوقف',
  'ايقاف',
  'توقف',
  'وقف الرسائل',
  'ايقاف الرسائل',
  'اوقفوا الرسائل',
  'ڕاگرتنی نامەکان',
  'نامەم بۆ مەنێرن',
] as const;

export const OPT_IN_WORDS = [
  'start',
  'subscribe',
  'unstop',
  'opt in',
  'اشتراك',
  'اشترك',
  'بەشداریکردن',
] as const;

export type Command = 'opt-out' | 'opt-in';

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ...OPT_OUT_WORDS.map((word): [string, Command] => [normalise(word), 'opt-out']),
  ...OPT_IN_WORDS.map((word): [string, Command] => [normalise(word), 'opt-in']),
]);

/** Longer than any command in its longest spelling; keeps a 20,000-letter message from being normalised for nothing. */
const LONGEST = 200;

/** The command that this whole message is, or null. */
export const commandIn = (text: string): Command | null =>
  text.length > LONGEST ? null : (COMMANDS.get(normalise(text)) ?? null);

/** The command that counts among these messages: the last. */
export const lastCommandIn = (texts: readonly string[]): Command | null =>
  texts.map(commandIn).findLast((command) => command !== null) ?? null;

/** Whether this message ends the window at once, because waiting for more of it would be wrong. */
export const endsWindow = (text: string): boolean => commandIn(text) !== null;
