import { z } from 'zod';
import { anyObject, wireId, wireTime } from '../items.ts';

/** The only place that knows the Cloud API's field names. What decides is strict, what is only kept is loose. */

export const whatsappCloudAccount = z.object({
  phoneNumberId: z.string().regex(/^\d{1,32}$/, 'digits only'),
  // Printable, because it travels in a header.
  accessToken: z.string().regex(/^[\x21-\x7e]+$/, 'printable characters without spaces'),
});
export type WhatsappCloudAccount = z.infer<typeof whatsappCloudAccount>;

export const envelope = z.object({
  object: z.literal('whatsapp_business_account'),
  entry: z.unknown().optional(),
});
export const entry = z.looseObject({ changes: z.unknown().optional() });
export const change = z.looseObject({ field: z.string(), value: z.unknown().optional() });
export const value = z.looseObject({
  metadata: z.looseObject({ phone_number_id: wireId }),
  contacts: z.unknown().optional(),
  messages: z.unknown().optional(),
  message_echoes: z.unknown().optional(),
  statuses: z.unknown().optional(),
  errors: z.unknown().optional(),
});

export const contact = z.looseObject({
  profile: z
    .looseObject({ name: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
  wa_id: z.string().optional().catch(undefined),
  user_id: z.string().optional().catch(undefined),
  parent_user_id: z.string().optional().catch(undefined),
});
export type Contact = z.infer<typeof contact>;

/** What every message has; the content is read by its type afterwards. */
export const message = z.looseObject({
  id: z.string().min(1),
  timestamp: wireTime,
  type: z.string().catch('unknown'),
  from: z.string().optional().catch(undefined),
  from_user_id: z.string().optional().catch(undefined),
  from_parent_user_id: z.string().optional().catch(undefined),
  /** Written in a group: nobody's conversation with the shop. */
  group_id: z.string().optional().catch(undefined),
  context: z.looseObject({ id: z.string().optional() }).optional().catch(undefined),
  referral: anyObject.optional().catch(undefined),
});
export type Message = z.infer<typeof message>;

export const echo = z.looseObject({
  id: z.string().min(1),
  timestamp: wireTime,
  type: z.string().catch('unknown'),
  to: z.string().optional().catch(undefined),
  to_user_id: z.string().optional().catch(undefined),
});

export const status = z.looseObject({
  id: z.string().min(1),
  status: z.enum(['sent', 'delivered', 'read', 'played', 'failed']),
  timestamp: wireTime,
  recipient_id: z.string().optional().catch(undefined),
  recipient_user_id: z.string().optional().catch(undefined),
  biz_opaque_callback_data: z.string().min(1).optional().catch(undefined),
  errors: z.unknown().optional(),
});

export const fault = z.looseObject({
  code: z.number(),
  title: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  error_data: z.looseObject({ details: z.string().optional() }).optional().catch(undefined),
});

const optionalText = z.string().optional().catch(undefined);
export const text = z.looseObject({ body: z.string() });
export const media = z.looseObject({
  id: wireId,
  mime_type: optionalText,
  caption: optionalText,
  filename: optionalText,
  file_size: z.number().optional().catch(undefined),
  voice: z.boolean().optional().catch(undefined),
});
export const location = z.looseObject({
  latitude: z.number(),
  longitude: z.number(),
  name: optionalText,
  address: optionalText,
  url: optionalText,
});
export const contacts = z.array(
  z.looseObject({
    name: z.looseObject({ formatted_name: optionalText }).optional().catch(undefined),
    phones: z
      .array(z.looseObject({ phone: optionalText, wa_id: optionalText }))
      .optional()
      .catch(undefined),
  }),
);
export const button = z.looseObject({ payload: optionalText, text: z.string() });
const choice = z.looseObject({ id: z.string(), title: z.string(), description: optionalText });
export const interactive = z.union([
  z.looseObject({ type: z.literal('button_reply'), button_reply: choice }),
  z.looseObject({ type: z.literal('list_reply'), list_reply: choice }),
  z.looseObject({
    type: z.literal('nfm_reply'),
    nfm_reply: z.looseObject({ name: optionalText, body: optionalText, response_json: optionalText }),
  }),
]);
export const reaction = z.looseObject({ message_id: z.string().min(1), emoji: z.string().default('') });
export const revoke = z.looseObject({ original_message_id: z.string().min(1) });
export const edit = z.looseObject({ original_message_id: z.string().min(1), message: anyObject });
/** A customer who changed the number: `wa_id` (or `new_wa_id`) is the new one. */
export const system = z.looseObject({ wa_id: optionalText, new_wa_id: optionalText, user_id: optionalText });
export const order = z.looseObject({ text: optionalText });
