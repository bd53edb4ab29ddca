import { z } from 'zod';
import { orderTemplates } from '../../channels/whatsapp-cloud/approved-templates.ts';
import { metaAppId as app } from './webhook.ts';
import { channelName, cleanText, lineParam, merchantParam, time } from './common.ts';

export const linePath = z.object({ merchant: merchantParam, line: lineParam });
export const lineState = z.enum([
  'stopped',
  'starting',
  'needs-qr',
  'connected',
  'degraded',
  'no-new-chats',
  'logged-out',
]);

const id = lineParam;
const secret = z
  .string()
  .min(1)
  .max(4_000)
  .regex(/^[\x21-\x7e]+$/, 'printable ASCII without spaces');
const digits = z.string().regex(/^\d{1,40}$/, 'digits only');
/** An instance becomes part of an URL's path. */
const instance = cleanText(100).regex(/^[^/?#\s]+$/, 'no spaces and no / ? #');

const ms = z.number().int().min(0).max(86_400_000);
const range = z
  .strictObject({ from: ms, to: ms })
  .refine(({ from, to }) => from <= to, 'from is at most to')
  .nullable();
const most = z.number().int().min(1).max(1_000_000).nullable();
const contacts = z.number().int().min(0).max(100_000);

/** How fast the line may send: what is named stands over what its channel keeps to; null lifts a limit, or all of them. */
export const linePace = z
  .strictObject({
    replyGapMs: range,
    firstContactGapMs: range,
    perMinute: most,
    perHour: most,
    perDay: most,
    newContactsPerDay: z
      .strictObject({ first: contacts, last: contacts, days: z.number().int().min(1).max(365) })
      .nullable(),
  })
  .partial()
  .nullable();
const pace = linePace.optional().meta({
  description:
    'Stands over the channel’s own pace; a limit that is null is lifted, `null` lifts all, `{}` goes back to the channel’s.',
});

const approved = orderTemplates.optional().meta({
  description:
    'WhatsApp’s approved template per kind of order message, for when the customer has not written for 24 hours. Without one such a message waits. In a PATCH a kind that is null loses its template, one that is not named keeps it.',
});

/** What each channel is told about its account, and which of it is secret. */
export const newLine = z.discriminatedUnion('channel', [
  z.strictObject({ id, channel: z.literal('simulator'), pace }),
  z.strictObject({ id, channel: z.literal('whatsapp-web'), pace }),
  z.strictObject({
    id,
    channel: z.literal('whatsapp-cloud'),
    phoneNumberId: digits,
    accessToken: secret,
    app,
    pace,
    orderTemplates: approved,
  }),
  z.strictObject({ id, channel: z.literal('instagram'), accountId: digits, accessToken: secret, app, pace }),
  z.strictObject({
    id,
    channel: z.literal('evolution'),
    serverUrl: z.url({ protocol: /^https?$/ }).max(500),
    instance,
    apiKey: secret,
    secret: secret.min(16),
    pace,
  }),
]);

/** The account itself never changes: that would be another line. */
export const linePatch = z
  .strictObject({
    accessToken: secret,
    app,
    serverUrl: z.url({ protocol: /^https?$/ }).max(500),
    apiKey: secret,
    secret: secret.min(16),
    pace,
    orderTemplates: approved,
  })
  .partial();

export const line = z
  .object({
    id: z.string(),
    channel: channelName,
    account: z.string(),
    config: z
      .record(z.string(), z.unknown())
      .meta({ description: 'What is not secret of the account. Secrets are never returned.' }),
    desired: z
      .enum(['started', 'stopped'])
      .meta({ description: 'What a person wants; the state is how it is.' }),
    pace: z
      .object({
        replyGapMs: range,
        firstContactGapMs: range,
        perMinute: most,
        perHour: most,
        perDay: most,
        newContactsPerDay: z
          .object({ first: contacts, last: contacts, days: z.number() })
          .readonly()
          .nullable(),
      })
      .nullable()
      .meta({ description: 'The pace in force: the channel’s, with what this line sets. Null: none.' }),
    state: lineState,
    since: time,
    reason: z.string().nullable(),
    quality: z.enum(['excellent', 'good', 'poor', 'lost']),
    history: z
      .array(z.object({ state: lineState, at: time, why: z.string() }))
      .meta({ description: 'Newest first.' }),
    pausedUntil: time.nullable().meta({ description: 'The provider wants the number quiet until then.' }),
    waiting: z.number().int().meta({ description: 'Messages that wait to go out.' }),
    advice: z.array(z.object({ code: z.string(), text: z.object({ ar: z.string(), en: z.string() }) })),
  })
  .meta({ id: 'Line' });
