import { z } from 'zod';
import type { OrderCategory } from '../../domain/order-status.ts';
import { cleanText, lineParam, merchantParam, page, platform, time } from './common.ts';

export const category = z.enum([
  'new',
  'noAnswer',
  'confirmed',
  'shipped',
  'rejected',
  'delivered',
  'cancelled',
  'postponed',
] satisfies OrderCategory[]);
export const messageType = z.enum([
  'newOrder',
  'noAnswer',
  'confirmed',
  'shipped',
  'rejectedOffer',
  'reminder',
]);
const phase = z.enum(['known', 'settling', 'sending', 'waiting', 'asked', 'needs-human', 'idle', 'done']);

export const orderPath = z.object({
  merchant: merchantParam,
  order: cleanText(200),
});
export const ordersQuery = page.extend({
  category: category.optional(),
  phase: phase.optional(),
  waiting: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  q: cleanText(100).optional().meta({ description: 'In the number, the name or a phone.' }),
});
export const orderPosition = z.object({
  at: z.iso.datetime().transform((text) => new Date(text)),
  id: z.string(),
});

const waiting = z.object({ reason: z.string(), until: time.nullable() }).nullable();
const summaryFields = {
  id: z.string(),
  number: z.string().nullable(),
  name: z.string().nullable(),
  phone: z.string().nullable(),
  phoneProblem: z.object({ problem: z.string(), raw: z.string() }).optional(),
  product: z.string().nullable(),
  total: z.string().nullable(),
  statusText: z.string(),
  category: category.nullable(),
  phase,
  waiting,
  updatedAt: time,
};
export const orderSummary = z.object(summaryFields).meta({ id: 'OrderSummary' });
export const order = z
  .object({
    ...summaryFields,
    workflowUrl: z.string().nullable(),
    conversation: z
      .object({ platform, customer: z.string() })
      .nullable()
      .meta({ description: 'Where the customer is talked with; null: nowhere yet.' }),
    timeline: z.array(z.object({ at: time, event: z.string(), detail: z.record(z.string(), z.unknown()) })),
  })
  .meta({ id: 'Order' });

export const resend = z.strictObject({ type: messageType.optional() });

const where = { tab: cleanText(100).optional(), columns: z.record(z.string(), cleanText(200)).default({}) };
const file = { kind: z.literal('file'), path: cleanText(300), ...where };
const google = {
  kind: z.literal('google'),
  spreadsheet: cleanText(500),
  credentials: z.record(z.string(), z.unknown()).optional().meta({
    description:
      'The service account’s JSON key. Stored encrypted, never returned; left out: the one that is stored.',
  }),
  ...where,
};
export const putSheet = z.discriminatedUnion('kind', [
  z.strictObject({ ...file, line: lineParam }),
  z.strictObject({ ...google, line: lineParam }),
]);
/** Of a sheet that is not connected yet; empty: of the one that is. */
export const previewBody = z.union([
  z.discriminatedUnion('kind', [
    z.strictObject({ ...file, line: lineParam.optional() }),
    z.strictObject({ ...google, line: lineParam.optional() }),
  ]),
  z.strictObject({}).transform(() => null),
]);
export const sheet = z
  .object({
    kind: z.enum(['file', 'google']),
    path: z.string().optional(),
    spreadsheet: z.string().optional(),
    tab: z.string().optional(),
    columns: z.record(z.string(), z.string()),
    line: z.string(),
    running: z.boolean(),
    lastPollAt: time.nullable(),
    rows: z.number().int().nullable(),
    problems: z.array(z.record(z.string(), z.unknown())),
    trouble: z
      .object({ reason: z.string(), detail: z.record(z.string(), z.unknown()), since: z.string() })
      .nullable(),
  })
  .meta({ id: 'Sheet' });
export const preview = z.object({
  columns: z.record(z.string(), z.string()),
  problems: z.array(z.record(z.string(), z.unknown())),
  rows: z.array(
    z.object({
      order: z.object({
        id: z.string().nullable(),
        place: z.number().int(),
        name: z.string().nullable(),
        phone: z.string().nullable(),
        statusText: z.string(),
      }),
      would: z.object({ send: messageType, text: z.string() }).nullable(),
      whyNot: z.string().nullable(),
      ifAdopted: z.object({ send: messageType, text: z.string() }).nullable().optional().meta({
        description:
          'In a dry run, of a row that was there at the first connection: what adopting would send.',
      }),
    }),
  ),
});
export const adopt = z.strictObject({ limit: z.number().int().min(1).max(5_000) });

export const forMerchant = z.strictObject({ merchant: merchantParam.optional() });
const count = z.number().int();
export const automation = z
  .object({
    merchant: z.string(),
    running: z.boolean(),
    since: time.nullable(),
    sheet: z.object({
      lastPollAt: time.nullable(),
      rows: count.nullable(),
      problems: z.array(z.record(z.string(), z.unknown())),
    }),
    counts: z.object({
      watched: count,
      sent: count,
      delivered: count,
      read: count,
      answered: count,
      waiting: count,
      failed: count,
    }),
    whatsappConnectionHealth: z.enum(['healthy', 'degraded', 'critical']),
    performance: z.object({ whatsappConnectionIssues: count, automaticReconnections: count }),
  })
  .meta({ id: 'Automation' });

export const templatePath = z.object({ merchant: merchantParam, type: messageType });
const discount = z.number().min(0).max(100).nullable();
export const template = z
  .object({
    type: messageType,
    text: z.string(),
    discount,
    isStarter: z.boolean(),
    rendered: z.string().nullable(),
    missing: z.array(z.string()),
  })
  .meta({ id: 'Template' });
export const templateText = z.string().min(1).max(4_000);
export const putTemplate = z.strictObject({ text: templateText, discount: discount.default(null) });
export const renderTemplate = z.strictObject({
  text: templateText,
  discount: discount.default(null),
  order: z.string().max(200).optional(),
});
export const statusWord = z
  .object({ word: z.string(), shown: z.string(), category: category.nullable() })
  .meta({ id: 'StatusWord' });
export const mapWord = z.strictObject({ word: cleanText(200, 0), category });
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'YYYY-MM-DD');
/** One that there is: the database counts with it. */
const realDay = z.iso.date().refine((text) => text >= '1970', 'a day since 1970');
export const statisticsQuery = z.object({ from: realDay.optional(), to: realDay.optional() });
export const statistics = z.object({
  messages: z.array(
    z.object({ day, type: z.string(), sent: count, delivered: count, read: count, failed: count }),
  ),
  answers: z.array(z.object({ day, answered: count, confirmed: count, cancelled: count })),
});
