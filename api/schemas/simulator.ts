import { z } from 'zod';
import { address, customersText } from './conversation.ts';
import { cleanText, page, time } from './common.ts';

const share = z.number().min(0).max(1);

/** What a provider's id may look like; it becomes part of a key. */
const messageId = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[\x21-\x7e]+$/, 'printable ASCII without spaces');

export const simulatedMessage = z.strictObject({
  from: address
    .max(64)
    .regex(/^[^\s]+(?: [^\s]+)*$/, 'not an address')
    .meta({ description: 'A phone in any spelling, or any name without / and white space.' }),
  text: customersText.optional(),
  id: messageId
    .optional()
    .meta({ description: 'Repeating it repeats nothing: a redelivery, as providers make them.' }),
  at: z
    .union([z.iso.datetime({ offset: true }), z.number().int().nonnegative().max(8_640_000_000_000_000)])
    .optional()
    .meta({ description: 'When the customer sent it: ISO 8601, or epoch milliseconds.' }),
  name: cleanText(200).optional(),
  kind: z.enum(['message', 'button', 'edit', 'deletion', 'reaction', 'read']).default('message').meta({
    description: 'What the phone does. An edit, a deletion and a reaction name the message in `id`.',
  }),
});

export const outboxQuery = page.extend({
  to: address.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(1_000),
});
export const outboxItem = z
  .object({
    to: z.string(),
    text: z.string(),
    at: time,
    key: z.string(),
    part: z.number().int(),
    parts: z.number().int(),
  })
  .meta({ id: 'OutboxItem' });

export const failures = z
  .object({ refuse: share, timeoutAfterAccept: share, throttle: share, delayMs: z.number().int() })
  .meta({ id: 'SimulatedFailures' });
export const newFailures = z.strictObject({
  refuse: share.default(0),
  timeoutAfterAccept: share.default(0),
  throttle: share.default(0),
  delayMs: z.number().int().min(0).max(600_000).default(0),
});
