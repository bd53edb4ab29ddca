import { z } from 'zod';
import { anyObject, wireId, wireTime } from '../items.ts';

/** The only place that knows Instagram's field names. */

export const instagramAccount = z.object({
  accountId: z.string().regex(/^\d{1,32}$/, 'digits only'),
  accessToken: z.string().regex(/^[\x21-\x7e]+$/, 'printable characters without spaces'),
});
export type InstagramAccount = z.infer<typeof instagramAccount>;

const optionalText = z.string().optional().catch(undefined);
const flag = z.boolean().catch(false).default(false);
const party = z.looseObject({ id: wireId });

export const envelope = z.object({ object: z.literal('instagram'), entry: z.unknown().optional() });
export const entry = z.looseObject({
  id: wireId,
  time: wireTime.optional().catch(undefined),
  messaging: z.unknown().optional(),
  standby: z.unknown().optional(),
  changes: z.unknown().optional(),
});

export const event = z.looseObject({
  sender: party,
  recipient: party,
  timestamp: wireTime,
  message: anyObject.optional(),
  message_edit: anyObject.optional(),
  postback: anyObject.optional(),
  reaction: anyObject.optional(),
  read: z.unknown().optional(),
  referral: anyObject.optional(),
});
export type Event = z.infer<typeof event>;

export const message = z.looseObject({
  mid: z.string().min(1),
  text: optionalText,
  is_echo: flag,
  is_self: flag,
  is_deleted: flag,
  is_unsupported: flag,
  attachments: z.unknown().optional(),
  quick_reply: z.looseObject({ payload: z.string() }).optional().catch(undefined),
  reply_to: z
    .looseObject({
      mid: optionalText,
      story: z.looseObject({ id: optionalText, url: optionalText }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  referral: anyObject.optional().catch(undefined),
});
export type Message = z.infer<typeof message>;

export const attachment = z.looseObject({
  type: z.string(),
  payload: z.looseObject({ url: optionalText, title: optionalText }).optional().catch(undefined),
});
export type Attachment = z.infer<typeof attachment>;

export const messageEdit = z.looseObject({ mid: z.string().min(1), text: z.string() });
export const postback = z.looseObject({
  mid: z.string().min(1).optional().catch(undefined),
  title: optionalText,
  payload: z.string(),
  referral: anyObject.optional().catch(undefined),
});
export const reaction = z.looseObject({
  mid: z.string().min(1),
  action: z.enum(['react', 'unreact']).catch('react'),
  reaction: optionalText,
  emoji: optionalText,
});

export const change = z.looseObject({ field: z.string(), value: z.unknown().optional() });
export const comment = z.looseObject({
  id: wireId,
  text: z.string(),
  from: z.looseObject({ id: wireId }),
  media: anyObject.optional().catch(undefined),
  parent_id: optionalText,
});
