import * as z from 'zod/mini';

/**
 * What the console reads from the API, and no more than it shows: a field that a newer server adds is not a
 * reason to show nothing. Anything that came over the wire passes through here.
 */
export const time = z.string();
export const orNull = <Inner extends z.core.$ZodType>(inner: Inner) => z._default(z.nullish(inner), null);
export const optionalText = orNull(z.string());

export const problem = z.object({
  code: z._default(z.string(), 'unknown'),
  detail: z._default(z.string(), ''),
  requestId: z._default(z.string(), ''),
  errors: z.optional(z.array(z.object({ path: z.string(), message: z.string() }))),
});

/** What was written is kept, under this id. */
export const accepted = z.object({ id: z.string() });

export const listOf = <Item extends z.core.$ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: optionalText });

export const merchant = z.object({
  id: z.string(),
  name: z.string(),
  country: z.string(),
  timezone: z.string(),
  language: z.string(),
  currency: z.string(),
});
export type Merchant = z.infer<typeof merchant>;

export const waiting = orNull(z.object({ reason: z.string(), until: orNull(time) }));
/** Only what is said about a file is shown; a shape that is not known yet is left out. */
const media = z.catch(orNull(z.array(z.object({ fileName: optionalText }))), null);

export const message = z.object({
  key: z.string(),
  direction: z.enum(['in', 'out']),
  by: z.string(),
  type: z.string(),
  text: z.string(),
  media,
  at: time,
  status: z.string(),
  reason: optionalText,
  waitingUntil: orNull(time),
  editedAt: orNull(time),
  turn: optionalText,
});
export type Message = z.infer<typeof message>;

export const conversation = z.object({
  platform: z.string(),
  customer: z.string(),
  name: optionalText,
  phase: z.string(),
  inCharge: z.enum(['bot', 'human']),
  handBackAt: optionalText,
  needsHuman: optionalText,
  window: orNull(z.object({ opensAt: time, endsAt: time, count: z.number() })),
  waiting,
  serviceWindowEndsAt: optionalText,
  optedOut: z._default(z.boolean(), false),
  lastActivityAt: optionalText,
  lastMessage: orNull(
    z.object({
      direction: z.enum(['in', 'out']),
      by: z.string(),
      type: z.string(),
      text: z.string(),
      status: z.string(),
    }),
  ),
  draft: optionalText,
  workflowId: optionalText,
  workflowUrl: optionalText,
  messages: z._default(z.array(message), []),
  next: optionalText,
});
export type Conversation = z.infer<typeof conversation>;

const range = orNull(z.object({ from: z.number(), to: z.number() }));
const pace = z.object({
  replyGapMs: range,
  firstContactGapMs: range,
  perMinute: orNull(z.number()),
  perHour: orNull(z.number()),
  perDay: orNull(z.number()),
  newContactsPerDay: orNull(z.object({ first: z.number(), last: z.number(), days: z.number() })),
});
export type Pace = z.infer<typeof pace>;

export const line = z.object({
  id: z.string(),
  channel: z.string(),
  pace: orNull(pace),
  account: z._default(z.string(), ''),
  config: z._default(z.record(z.string(), z.unknown()), {}),
  state: z.string(),
  reason: optionalText,
  since: time,
  quality: optionalText,
  history: z._default(z.array(z.object({ state: z.string(), at: time, why: optionalText })), []),
  waiting: z._default(z.number(), 0),
  advice: z._default(
    z.array(z.object({ code: z.string(), text: z.object({ ar: z.string(), en: z.string() }) })),
    [],
  ),
});
export type Line = z.infer<typeof line>;

export const lineQr = z.object({ image: z.string(), at: time });
/** What WhatsApp has approved for after the customer's 24 hours; in a line's `config`, by the kind of message. */
const approvedTemplate = z.object({
  name: z.string(),
  language: z.string(),
  variables: z._default(z.array(z.string()), []),
  buttons: z._default(z.boolean(), false),
});
export type ApprovedTemplate = z.infer<typeof approvedTemplate>;
export const approvedTemplates = z._default(z.record(z.string(), approvedTemplate), {});
export const pairingCode = z.object({ code: z.string() });
export const connectionAnswer = z.object({ success: z.boolean(), message: optionalText, copy: optionalText });
export const metaApp = z.object({ id: z.string() });
export type MetaApp = z.infer<typeof metaApp>;

export const outboxItem = z.object({ to: z.string(), text: z.string(), at: time, key: z.string() });
export type OutboxItem = z.infer<typeof outboxItem>;

export const product = z.object({
  id: z.string(),
  name: z.string(),
  aliases: z._default(z.array(z.string()), []),
  price: optionalText,
  currency: optionalText,
  stock: orNull(z.number()),
  description: z._default(z.string(), ''),
});
export type Product = z.infer<typeof product>;

export const WEEK = ['sat', 'sun', 'mon', 'tue', 'wed', 'thu', 'fri'] as const;
export type Day = (typeof WEEK)[number];
const period = z.object({ from: z.string(), to: z.string() });
export type Period = z.infer<typeof period>;
export const hours = z.nullable(z.partialRecord(z.enum(WEEK), z.array(period)));
export type Hours = z.infer<typeof hours>;

export const settings = z.object({
  window: z.object({
    kind: z.enum(['fixed', 'quiet']),
    ms: z.number(),
    graceMs: z.number(),
    maxMs: z.number(),
  }),
  timings: z.object({
    pollSeconds: z.number(),
    settleSeconds: z.number(),
    reminderHours: z.number(),
    rejectedOfferHours: z.number(),
  }),
  quietHours: z.object({ from: z.nullable(z.string()), to: z.nullable(z.string()) }),
  messageTypes: z.object({
    newOrder: z.boolean(),
    noAnswer: z.boolean(),
    confirmed: z.boolean(),
    shipped: z.boolean(),
    rejectedOffer: z.boolean(),
    reminder: z.boolean(),
  }),
  takeOverMinutes: z.nullable(z.number()),
  answers: z.enum(['rules', 'model', 'off']),
  model: z.object({
    tone: z.string(),
    whenDown: z.enum(['rules', 'apology', 'human']),
    answersPerDay: z.nullable(z.number()),
  }),
  supportPhone: z.nullable(z.string()),
});
export type Settings = z.infer<typeof settings>;

export const networkHealth = z.object({
  healthCheck: z.object({ services: z.object({ model: z.object({ status: z.string() }) }) }),
});

export const rules = z.object({
  alwaysAnswer: z._default(z.boolean(), false),
  handOverWords: z._default(z.array(z.string()), []),
});
export type Rules = z.infer<typeof rules>;

export const accessKey = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  createdAt: time,
  revokedAt: optionalText,
});
export type AccessKey = z.infer<typeof accessKey>;
export const newKey = z.object({ id: z.string(), key: z.string() });

export const auditRow = z.object({
  id: z.union([z.string(), z.number()]),
  at: time,
  actor: z.string(),
  action: z.string(),
  subject: optionalText,
  detail: z._default(z.record(z.string(), z.unknown()), {}),
});
export type AuditRow = z.infer<typeof auditRow>;

export const ticket = z.object({ ticket: z.string() });
export const event = z.looseObject({ kind: z.optional(z.string()), merchant: z.optional(z.string()) });
export const anything = z.unknown();
