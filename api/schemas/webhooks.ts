import { z } from 'zod';
import { chosenId, merchantParam, page, time } from './common.ts';

export const webhookEvent = z.enum([
  'message.received',
  'message.sent',
  'message.status',
  'conversation.needs-human',
  'line.state',
  'order.updated',
  'alert',
]);
const events = z
  .array(webhookEvent)
  .min(1)
  .transform((names) => [...new Set(names)]);
const url = z
  .url({ protocol: /^https?$/ })
  .max(1_000)
  // Asked also of what was found to be no address just before.
  .refine(
    (text) => (URL.parse(text)?.username ?? '') === '',
    'no user name in it: the signature says who calls',
  );

export const webhookPath = z.object({ merchant: merchantParam, webhook: chosenId });
export const deliveryPath = webhookPath.extend({
  event: z
    .string()
    .regex(/^(?:evt_)?\d{1,15}$/, 'the id of an event')
    .transform((text) => Number(text.replace('evt_', ''))),
});
export const newWebhook = z.strictObject({
  id: chosenId,
  url,
  events: events.default(() => [...webhookEvent.options]),
  secret: z
    .string()
    .regex(/^[\x21-\x7e]{16,200}$/, '16 to 200 printable characters')
    .optional(),
});
export const webhookPatch = z.strictObject({ url, events, active: z.boolean() }).partial();
export const webhook = z
  .object({
    id: z.string(),
    url: z.string(),
    events: z.array(z.string()).readonly(),
    active: z.boolean(),
    createdAt: time,
  })
  .meta({ id: 'Webhook' });
export const createdWebhook = webhook
  .extend({ secret: z.string().meta({ description: 'Shown this once.' }) })
  .meta({ id: 'CreatedWebhook' });

const deliveryState = z.enum(['pending', 'delivered', 'dead']);
export const deliveryPage = page.extend({ state: deliveryState.optional() });
export const delivery = z
  .object({
    event: z.string(),
    type: z.string(),
    at: time,
    state: deliveryState,
    attempts: z.number().int(),
    status: z.number().int().nullable().meta({ description: 'The receiver’s last HTTP status.' }),
    problem: z.string().nullable(),
    lastAttemptAt: time.nullable(),
  })
  .meta({ id: 'WebhookDelivery' });
