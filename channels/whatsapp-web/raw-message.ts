import { z } from 'zod';

// The only place that knows how whatsapp-web.js 1.34 hands messages over (`Message.rawData` and its events).
const wid = z.union([z.string(), z.object({ _serialized: z.string() }).transform((id) => id._serialized)]);
const key = z.object({ fromMe: z.boolean(), remote: wid, id: z.string(), _serialized: z.string() });

export const rawMessage = z.looseObject({
  id: key,
  type: z.string(),
  t: z.number().optional(),
  ack: z.number().nullish(),
  from: wid.nullish(),
  to: wid.nullish(),
  author: wid.nullish(),
  body: z.string().nullish(),
  caption: z.string().nullish(),
  notifyName: z.string().nullish(),
  isStatusV3: z.boolean().nullish(),
  broadcast: z.boolean().nullish(),
  // Media
  directPath: z.string().nullish(),
  mimetype: z.string().nullish(),
  filename: z.string().nullish(),
  size: z.number().nullish(),
  // Replies
  quotedStanzaID: z.string().nullish(),
  quotedParticipant: wid.nullish(),
  // Location
  lat: z.number().nullish(),
  lng: z.number().nullish(),
  loc: z.string().nullish(),
  // Contacts
  vcardFormattedName: z.string().nullish(),
  vcardList: z.array(z.looseObject({ vcard: z.string() })).nullish(),
  // Buttons and lists
  selectedButtonId: z.string().nullish(),
  selectedId: z.string().nullish(),
  title: z.string().nullish(),
  listResponse: z
    .looseObject({
      title: z.string().nullish(),
      singleSelectReply: z.looseObject({ selectedRowId: z.string() }),
    })
    .nullish(),
  // Orders, products, polls
  orderId: z.string().nullish(),
  token: z.string().nullish(),
  itemCount: z.number().nullish(),
  productId: z.string().nullish(),
  pollName: z.string().nullish(),
  pollOptions: z.array(z.looseObject({ name: z.string() })).nullish(),
  ctwaContext: z.looseObject({ sourceUrl: z.string().nullish() }).nullish(),
  latestEditSenderTimestampMs: z.number().nullish(),
  protocolMessageKey: key.nullish(),
});
export type RawMessage = z.infer<typeof rawMessage>;

/** What the connection knows beside the message itself: who we are, and the phone behind an `@lid`. */
const context = {
  account: z.string(),
  me: z.object({ pn: z.string().nullable(), lid: z.string().nullable() }),
  phone: z.string().nullish(),
};
export const heard = z.discriminatedUnion('event', [
  z.object({ ...context, event: z.literal('message'), message: rawMessage }),
  /** `key` is ours when the message settles a send whose answer was lost. */
  z.object({ ...context, event: z.literal('from-me'), message: rawMessage, key: z.string().nullish() }),
  z.object({ ...context, event: z.literal('edit'), message: rawMessage, text: z.string() }),
  z.object({ ...context, event: z.literal('revoke'), message: rawMessage }),
  z.object({
    ...context,
    event: z.literal('ack'),
    message: rawMessage,
    ack: z.number(),
    key: z.string().nullish(),
  }),
  z.object({
    ...context,
    event: z.literal('reaction'),
    reaction: z.looseObject({
      senderId: z.string(),
      reaction: z.string().nullish(),
      timestamp: z.number(),
      msgId: key,
    }),
  }),
]);
export type Heard = z.infer<typeof heard>;
