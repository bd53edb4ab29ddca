import { z } from 'zod';
import { merchantParam, page, platform, time } from './common.ts';

/** Customers' texts are kept byte-true, whatever is in them; only their length is bounded. */
export const customersText = z.string().max(20_000);

/** An address on the platform: a phone in any common spelling, or the platform's own id. */
export const address = z
  .string()
  .min(1)
  .max(128)
  .refine(
    (text) => text.isWellFormed() && !/[\p{Cc}/]/u.test(text),
    'not an address: has control characters, half a character or a slash',
  );

export const conversationPath = z.object({ merchant: merchantParam, platform, customer: address });
export const conversationsQuery = page.extend({
  needsHuman: z.stringbool().optional(),
  platform: platform.optional(),
});
export const transcriptQuery = page;

export const message = z
  .object({
    id: z.string().meta({ description: 'The provider’s id where there is one, else the key.' }),
    key: z.string(),
    direction: z.enum(['in', 'out']),
    by: z.enum(['customer', 'bot', 'human', 'owner-phone']),
    type: z.string(),
    text: z.string(),
    media: z.unknown().optional(),
    at: time,
    status: z.enum([
      'received',
      'deleted',
      'waiting',
      'sending',
      'accepted',
      'sent',
      'delivered',
      'read',
      'failed',
      'unknown',
    ]),
    reason: z.string().optional(),
    waitingUntil: time.optional(),
    editedAt: time.optional(),
    turn: z.string().nullable(),
  })
  .meta({ id: 'Message' });

export const summary = z
  .object({
    merchant: z.string(),
    platform,
    customer: z.string(),
    name: z.string().nullable(),
    line: z.string(),
    conversation: z
      .string()
      .meta({ description: 'The keyed hash that stands for the customer in Temporal.' }),
    workflowId: z.string(),
    workflowUrl: z
      .string()
      .nullable()
      .meta({ description: 'Its runs in the Temporal UI; null where there is none on this machine.' }),
    phase: z.enum(['idle', 'gathering', 'thinking', 'sending', 'waiting', 'human']),
    inCharge: z.enum(['bot', 'human']),
    handBackAt: time.nullable(),
    needsHuman: z
      .string()
      .nullable()
      .meta({ description: 'Why a person is asked for; null when nobody is.' }),
    window: z.object({ opensAt: time, endsAt: time, count: z.number().int() }).nullable(),
    waiting: z.object({ reason: z.string(), until: time.nullable() }).nullable(),
    serviceWindowEndsAt: time.nullable(),
    optedOut: z.boolean(),
    lastActivityAt: time,
    lastMessage: z
      .object({
        direction: message.shape.direction,
        by: message.shape.by,
        type: z.string(),
        text: z.string().meta({ description: 'At most its first 200 characters.' }),
        at: time,
        status: message.shape.status,
      })
      .nullable(),
  })
  .meta({ id: 'ConversationSummary' });

export const conversation = summary
  .extend({
    draft: z.string().nullable().meta({
      description: 'The answer that was ready when a person took over; null once they have written.',
    }),
    messages: z.array(message).meta({ description: 'The latest, in the order they happened.' }),
    next: z.string().nullable().meta({ description: 'Leads to what came before.' }),
  })
  .meta({ id: 'Conversation' });

export const humanMessage = z.strictObject({
  text: customersText.refine((text) => text.trim() !== '', 'says nothing'),
});
export const takeOverBody = z.strictObject({
  minutes: z.number().int().min(1).max(525_600).nullable().optional(),
});
export const accepted = z.object({ id: z.string() }).meta({ id: 'Accepted' });
