import { z } from 'zod';
import { anyObject, wireTime } from '../items.ts';

/** The only place that knows Evolution's field names (which are Baileys' underneath). */

export const evolutionAccount = z.object({
  serverUrl: z.url({ protocol: /^https?$/ }),
  instance: z.string().min(1).max(200),
  apiKey: z.string().regex(/^[\x21-\x7e]+$/, 'printable characters without spaces'),
  /** The operator named the server: it may stand on this machine or in its networks. A merchant's may not. */
  byOperator: z.boolean().default(false),
});
export type EvolutionAccount = z.infer<typeof evolutionAccount>;

const optionalText = z.string().optional().catch(undefined);

/** `event` comes as `messages.upsert`, `MESSAGES_UPSERT` or `messages-upsert`. */
export const envelope = z.looseObject({
  event: z.string().transform((name) => name.toLowerCase().replace(/[_-]/g, '.')),
  instance: z.string().min(1),
  data: z.unknown().optional(),
});

export const key = z.looseObject({
  id: z.string().min(1),
  remoteJid: z.string().min(1),
  fromMe: z.boolean().catch(false).default(false),
  remoteJidAlt: optionalText,
  /** The same as `remoteJidAlt`, from older versions. */
  senderPn: optionalText,
  addressingMode: optionalText,
});
export type Key = z.infer<typeof key>;

export const upsert = z.looseObject({
  key,
  pushName: optionalText,
  message: anyObject.nullish(),
  messageTimestamp: wireTime,
  contextInfo: z.unknown().optional(),
});
export type Upsert = z.infer<typeof upsert>;

/** Acks: flat in version 2, `{key, update}` in version 1; words or Baileys' numbers. */
export const update = z.looseObject({
  keyId: optionalText,
  id: optionalText,
  remoteJid: optionalText,
  fromMe: z.boolean().optional().catch(undefined),
  key: key.optional().catch(undefined),
  status: z.union([z.string(), z.number()]).optional().catch(undefined),
  update: z
    .looseObject({ status: z.union([z.string(), z.number()]).optional() })
    .optional()
    .catch(undefined),
});

export const edited = z.looseObject({
  key,
  editedMessage: anyObject,
  timestampMs: wireTime.optional().catch(undefined),
});
export const deleted = z.looseObject({
  key: key.optional(),
  id: optionalText,
  remoteJid: optionalText,
  fromMe: z.boolean().optional(),
});

export const connection = z.looseObject({
  state: z.enum(['open', 'connecting', 'close']),
  statusReason: z.number().optional().catch(undefined),
});
export const qrcode = z.looseObject({
  qrcode: z.looseObject({ code: optionalText, pairingCode: z.string().nullish().catch(undefined) }),
});

const count = z.union([
  z.number(),
  z.string().transform(Number),
  z.object({ low: z.number() }).transform(({ low }) => low >>> 0),
]);
const context = z.looseObject({
  stanzaId: optionalText,
  externalAdReply: anyObject.optional().catch(undefined),
});
export const withContext = z.looseObject({ contextInfo: context });
export { context };

export const extendedText = z.looseObject({ text: z.string() });
export const media = z.looseObject({
  caption: z.string().nullish().catch(undefined),
  mimetype: optionalText,
  fileName: optionalText,
  title: optionalText,
  fileLength: count.optional().catch(undefined),
  ptt: z.boolean().optional().catch(undefined),
});
export const location = z.looseObject({
  degreesLatitude: z.number(),
  degreesLongitude: z.number(),
  name: optionalText,
  address: optionalText,
  url: optionalText,
  caption: optionalText,
});
export const contactCard = z.looseObject({ displayName: optionalText, vcard: optionalText });
export const contactCards = z.looseObject({ contacts: z.array(contactCard) });
export const buttonResponse = z.looseObject({
  selectedButtonId: z.string(),
  selectedDisplayText: optionalText,
});
export const templateReply = z.looseObject({ selectedId: z.string(), selectedDisplayText: optionalText });
export const listResponse = z.looseObject({
  title: optionalText,
  description: optionalText,
  singleSelectReply: z.looseObject({ selectedRowId: z.string() }),
});
export const interactiveResponse = z.looseObject({
  body: z.looseObject({ text: optionalText }).optional().catch(undefined),
  nativeFlowResponseMessage: z.looseObject({ name: optionalText, paramsJson: optionalText }),
});
export const reaction = z.looseObject({
  key: z.looseObject({ id: z.string().min(1) }),
  text: z.string().nullish().catch(''),
});
export const protocol = z.looseObject({
  type: z.union([z.string(), z.number()]).optional().catch(undefined),
  key: z
    .looseObject({ id: z.string().min(1) })
    .optional()
    .catch(undefined),
  editedMessage: anyObject.optional().catch(undefined),
});
export const wrapper = z.looseObject({ message: anyObject });
