import { z } from 'zod';
import { lineParam, time } from './common.ts';

const secret = (least: number) =>
  z
    .string()
    .min(least)
    .max(400)
    .regex(/^[\x21-\x7e]+$/, 'printable ASCII without spaces');

/** People name an app by its id at Meta or by a word of their own. */
export const metaAppId = z.string().regex(/^[\w.-]{1,64}$/, 'letters, digits, _ . and -, at most 64');
export const metaAppPath = z.object({ app: metaAppId });
export const newMetaApp = z
  .strictObject({ id: metaAppId, appSecret: secret(8), verifyToken: secret(1) })
  .meta({ description: 'The app’s secret, and the word that you typed as verify token. Never returned.' });
export const metaApp = z
  .object({ id: z.string(), createdAt: time, webhook: z.string() })
  .meta({ id: 'MetaApp' });

export const unmatchedUpdates = z
  .object({ channel: z.string(), account: z.string(), updates: z.number().int(), lastAt: time })
  .meta({ id: 'UnmatchedUpdates' });

export const badItem = z
  .object({
    id: z.string(),
    merchant: z.string().nullable(),
    channel: z.string(),
    line: z.string().nullable(),
    why: z.string(),
    item: z.string().nullable().meta({ description: 'As it came, as JSON; its first 64,000 characters.' }),
    at: time,
  })
  .meta({ id: 'BadItem' });

export const evolutionPath = z.object({ line: lineParam, secret: z.string().max(4_000).optional() });
