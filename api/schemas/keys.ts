import { z } from 'zod';
import { cleanText, merchantParam, time } from './common.ts';

export const scope = z.enum(['read', 'send', 'manage']);
export const keyPath = z.object({
  merchant: merchantParam,
  key: z.string().regex(/^[0-9a-f]{12}$/, 'the id of a key'),
});
export const newKey = z.strictObject({
  name: cleanText(100),
  scopes: z
    .array(scope)
    .min(1)
    .max(3)
    .transform((scopes) => [...new Set(scopes)]),
});
export const createdKey = z
  .object({ id: z.string(), key: z.string().meta({ description: 'Shown this once.' }) })
  .meta({ id: 'CreatedKey' });
export const apiKey = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(scope).readonly(),
    createdAt: time,
    revokedAt: time.nullable(),
  })
  .meta({ id: 'ApiKey' });

export const auditRow = z
  .object({
    id: z.number().int(),
    at: time,
    actor: z.string(),
    action: z.string(),
    subject: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditRow' });
