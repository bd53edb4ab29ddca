/** How a merchant wants Zajel to behave. What a merchant has not set follows the installation's defaults. */
export interface MerchantSettings {
  readonly window: WindowRules;
  readonly timings: {
    readonly pollSeconds: number;
    readonly settleSeconds: number;
    readonly reminderHours: number;
    readonly rejectedOfferHours: number;
  };
  /** Local times `HH:MM`, null for none. */
  readonly quietHours: { readonly from: string | null; readonly to: string | null };
  readonly messageTypes: {
    readonly newOrder: boolean;
    readonly noAnswer: boolean;
    readonly confirmed: boolean;
    readonly shipped: boolean;
    readonly rejectedOffer: boolean;
    readonly reminder: boolean;
  };
  /** How long the bot stays silent after a person took over; null: until handed back. */
  readonly takeOverMinutes: number | null;
  readonly answers: 'rules' | 'model' | 'off';
  readonly model: ModelRules;
  /** The number that messages about orders give for questions, as it is to be read; null: none. */
  readonly supportPhone: string | null;
}

/** How a language model answers for the merchant, where `answers` is `model`. */
export interface ModelRules {
  /** How it is to speak, in the merchant's own words; empty: friendly and short. */
  readonly tone: string;
  /** What a customer gets when the model can't be asked: the rules' answer, one apology, or a person. */
  readonly whenDown: 'rules' | 'apology' | 'human';
  /** Turns that it may answer in one of the merchant's days; more are answered as when it is down. Null: no limit. */
  readonly answersPerDay: number | null;
}

export interface WindowRules {
  /** `fixed`: ends `ms` after the first message. `quiet`: ends `ms` after the last one. */
  readonly kind: 'fixed' | 'quiet';
  readonly ms: number;
  /** A message this near to the end of a fixed window moves the end to `graceMs` after itself. */
  readonly graceMs: number;
  /** However much is typed, the window ends this long after its first message. */
  readonly maxMs: number;
  readonly maxMessages: number;
}

/** A merchant's own settings: any part of the whole, the rest follows the defaults. */
export type SettingsPatch = DeepPartial<MerchantSettings>;
type DeepPartial<T> = T extends object ? { readonly [K in keyof T]?: DeepPartial<T[K]> } : T;

/** The window's numbers that the operator of the installation may set in the environment. */
export interface WindowDefaults {
  readonly ms: number;
  readonly graceMs: number;
  readonly maxMs: number;
}

export const WINDOW_DEFAULTS: WindowDefaults = { ms: 8_000, graceMs: 2_000, maxMs: 15_000 };

/** A quiet window waits for silence, so it needs a longer cap than a fixed one. */
const QUIET_MAX_MS = 30_000;

export function settingsOf(patch: SettingsPatch, window: WindowDefaults = WINDOW_DEFAULTS): MerchantSettings {
  const kind = patch.window?.kind ?? 'fixed';
  return {
    window: {
      kind,
      ms: patch.window?.ms ?? window.ms,
      graceMs: patch.window?.graceMs ?? window.graceMs,
      maxMs: patch.window?.maxMs ?? (kind === 'quiet' ? Math.max(QUIET_MAX_MS, window.ms) : window.maxMs),
      maxMessages: patch.window?.maxMessages ?? 50,
    },
    timings: {
      pollSeconds: 30,
      settleSeconds: 10,
      reminderHours: 24,
      rejectedOfferHours: 48,
      ...patch.timings,
    },
    quietHours: { from: null, to: null, ...patch.quietHours },
    messageTypes: {
      newOrder: true,
      noAnswer: true,
      confirmed: true,
      shipped: true,
      rejectedOffer: true,
      reminder: true,
      ...patch.messageTypes,
    },
    takeOverMinutes: patch.takeOverMinutes === undefined ? null : patch.takeOverMinutes,
    answers: patch.answers ?? 'rules',
    model: { tone: '', whenDown: 'rules', answersPerDay: null, ...patch.model },
    supportPhone: patch.supportPhone ?? null,
  };
}
