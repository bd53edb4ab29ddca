import { z } from 'zod';
import type { Fault } from '../far-end/faults.ts';

/** Graph's own words: requests it takes, errors it gives, webhook bodies it posts. */

export const whatsappSend = z.looseObject({
  messaging_product: z.literal('whatsapp'),
  to: z.string().optional(),
  recipient: z.string().optional(),
  type: z.string().default('text'),
  text: z.looseObject({ body: z.string() }).optional(),
  template: z.looseObject({ name: z.string() }).optional(),
  biz_opaque_callback_data: z.string().optional(),
});
export const whatsappRead = z.looseObject({
  messaging_product: z.literal('whatsapp'),
  status: z.literal('read'),
  message_id: z.string(),
});
export const instagramSend = z.looseObject({
  recipient: z.looseObject({ id: z.string() }),
  message: z.looseObject({ text: z.string() }),
});
export const instagramAction = z.looseObject({
  recipient: z.looseObject({ id: z.string() }),
  sender_action: z.string(),
});

type GraphRefusal = Extract<Fault, { kind: 'error' }>;

const HTTP_OF = new Map([
  [1, 500],
  [2, 503],
  [190, 401],
  [131000, 500],
  [131016, 503],
  [133004, 503],
]);

/** Throttles are 400, as on the wire. */
export const refusal = ({
  code,
  subcode,
  status,
  message,
}: GraphRefusal): { status: number; body: unknown } => ({
  status: status ?? HTTP_OF.get(code) ?? 400,
  body: {
    error: {
      message: message ?? `(#${code}) refused by the double`,
      type: 'OAuthException',
      code,
      ...(subcode === undefined ? {} : { error_subcode: subcode }),
      error_data: { messaging_product: 'whatsapp', details: message ?? `code ${code} was asked for` },
      fbtrace_id: 'Adouble',
    },
  },
});

/** Meta writes every letter beyond ASCII as `\uXXXX` and every slash as `\/`, and signs those bytes. */
export const metaBytes = (body: unknown): Buffer =>
  Buffer.from(
    JSON.stringify(body)
      .replaceAll('/', '\\/')
      .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );

export const seconds = (atMs: number): string => String(Math.floor(atMs / 1_000));

const whatsappBody = (phoneNumberId: string, value: Record<string, unknown>): unknown => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: `waba-of-${phoneNumberId}`,
      changes: [
        {
          field: 'messages',
          value: {
            messaging_product: 'whatsapp',
            metadata: { display_phone_number: '9647800000000', phone_number_id: phoneNumberId },
            ...value,
          },
        },
      ],
    },
  ],
});

export const whatsappMessage = (
  phoneNumberId: string,
  from: string,
  name: string,
  message: Record<string, unknown>,
): unknown =>
  whatsappBody(phoneNumberId, {
    contacts: [{ profile: { name }, wa_id: from }],
    messages: [{ from, ...message }],
  });

export const whatsappStatus = (phoneNumberId: string, status: Record<string, unknown>): unknown =>
  whatsappBody(phoneNumberId, { statuses: [status] });

export const instagramEvent = (accountId: string, event: Record<string, unknown>, atMs: number): unknown => ({
  object: 'instagram',
  entry: [{ id: accountId, time: atMs, messaging: [event] }],
});
