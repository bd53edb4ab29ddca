import * as z from 'zod/mini';
import { orNull, optionalText, time, waiting } from './shapes.ts';

/** What the console reads of orders, their sheet and their messages. */
const details = z._default(z.record(z.string(), z.unknown()), {});

export const CATEGORIES = [
  'new',
  'noAnswer',
  'confirmed',
  'shipped',
  'rejected',
  'delivered',
  'cancelled',
  'postponed',
] as const;
export const PHASES = [
  'needs-human',
  'waiting',
  'asked',
  'sending',
  'settling',
  'known',
  'idle',
  'done',
] as const;
export const MESSAGE_TYPES = [
  'newOrder',
  'noAnswer',
  'confirmed',
  'shipped',
  'rejectedOffer',
  'reminder',
] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

const summary = {
  id: z.string(),
  number: optionalText,
  name: optionalText,
  phone: optionalText,
  phoneProblem: orNull(z.object({ problem: z.string(), raw: z.string() })),
  product: optionalText,
  total: optionalText,
  statusText: z.string(),
  category: optionalText,
  phase: z.string(),
  waiting,
  updatedAt: time,
};
export const orderSummary = z.object(summary);
export type OrderSummary = z.infer<typeof orderSummary>;
const orderEvent = z.object({ at: time, event: z.string(), detail: details });
export type OrderEvent = z.infer<typeof orderEvent>;
export const order = z.object({
  ...summary,
  workflowUrl: optionalText,
  conversation: orNull(z.object({ platform: z.string(), customer: z.string() })),
  timeline: z.array(orderEvent),
});
export type Order = z.infer<typeof order>;

export const sheet = z.object({
  kind: z.enum(['file', 'google']),
  path: optionalText,
  spreadsheet: optionalText,
  tab: optionalText,
  columns: z.record(z.string(), z.string()),
  line: z.string(),
  running: z.boolean(),
  lastPollAt: optionalText,
  rows: orNull(z.number()),
  problems: z.array(z.record(z.string(), z.unknown())),
  trouble: orNull(
    z.object({
      reason: z.string(),
      /** How the failure is classed; none where the sheet was read, and not believed. */
      detail: z.object({ class: z.optional(z.string()) }),
    }),
  ),
});
export type Sheet = z.infer<typeof sheet>;

const would = orNull(z.object({ send: z.string(), text: z.string() }));
const previewRow = z.object({
  order: z.object({
    id: optionalText,
    place: z.number(),
    name: optionalText,
    phone: optionalText,
    statusText: z.string(),
  }),
  would,
  whyNot: optionalText,
  ifAdopted: would,
});
export type PreviewRow = z.infer<typeof previewRow>;
export const preview = z.object({
  columns: z.record(z.string(), z.string()),
  problems: z.array(z.record(z.string(), z.unknown())),
  rows: z.array(previewRow),
});
export type Preview = z.infer<typeof preview>;
export const adopted = z.object({ adopted: z.number() });

export const COUNTS = ['watched', 'sent', 'delivered', 'read', 'answered', 'waiting', 'failed'] as const;
export const automation = z.object({
  running: z.boolean(),
  since: optionalText,
  sheet: z.object({ lastPollAt: optionalText, rows: orNull(z.number()) }),
  counts: z.record(z.enum(COUNTS), z.number()),
});
export type Automation = z.infer<typeof automation>;

export const template = z.object({
  type: z.enum(MESSAGE_TYPES),
  text: z.string(),
  discount: z.nullable(z.number()),
  isStarter: z.boolean(),
  rendered: optionalText,
  missing: z.array(z.string()),
});
export type Template = z.infer<typeof template>;

export const statusWord = z.object({ word: z.string(), shown: z.string(), category: optionalText });
export type StatusWord = z.infer<typeof statusWord>;

const count = z.number();
export const statistics = z.object({
  messages: z.array(
    z.object({
      day: z.string(),
      type: z.string(),
      sent: count,
      delivered: count,
      read: count,
      failed: count,
    }),
  ),
  answers: z.array(z.object({ day: z.string(), answered: count, confirmed: count, cancelled: count })),
});
export type Statistics = z.infer<typeof statistics>;
