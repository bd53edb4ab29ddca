import { z } from 'zod';
import { time } from './common.ts';

export const health = z.enum(['healthy', 'degraded', 'critical']);
const serviceStatus = z.enum(['healthy', 'degraded', 'critical', 'not-configured']);
const service = z.object({ status: serviceStatus });
const breaker = z.enum(['closed', 'open', 'half-open']);

const stats = z.object({
  totalRetries: z.number(),
  successfulRetries: z.number(),
  successRate: z.number().meta({ description: '0–1; 1 when nothing had to be repeated.' }),
  errorsByType: z.record(z.string(), z.number()).readonly(),
  errorRate: z.number().meta({ description: '0–1, over the last minute.' }),
  circuitBreakerState: breaker,
  consecutiveFailures: z.number(),
});

const text = z.object({ ar: z.string(), en: z.string() });
export const networkHealth = z
  .object({
    success: z.literal(true),
    healthCheck: z.object({
      overall: health,
      services: z.object({
        googleSheets: service,
        whatsapp: service,
        instagram: service,
        model: service,
        network: service.extend({ circuitBreakerState: breaker, errorRate: z.number() }),
      }),
    }),
    resilienceStats: stats,
    recommendations: z.array(z.object({ code: z.string(), text })),
    destinations: z.array(
      stats.extend({
        merchant: z.string(),
        kind: z.enum(['line', 'sheet', 'model', 'media']),
        id: z.string(),
        status: health,
      }),
    ),
  })
  .meta({ id: 'NetworkHealth' });
export type NetworkHealth = z.input<typeof networkHealth>;

export const healthAction = z.strictObject({ action: z.enum(['reset-stats']) });

/** `true`: the providers are asked, each at most every 30 s and for at most 3 s. */
export const configQuery = z.object({ probe: z.enum(['true', 'false']).default('false') });

const part = z.object({
  configured: z.boolean(),
  state: z.string().nullable(),
  reachable: z.boolean().nullable(),
  missing: z.array(z.string()),
  expired: z.boolean(),
});
export const configHealth = z
  .object({
    success: z.literal(true),
    database: z.object({ reachable: z.literal(true) }),
    temporal: z.object({ reachable: z.boolean() }),
    channels: z.array(z.string()),
    merchants: z.array(
      z.object({
        merchant: z.string(),
        lines: z.array(
          part.extend({
            id: z.string(),
            channel: z.string(),
            probe: z
              .object({ ok: z.boolean(), at: time, reason: z.string().nullable() })
              .nullable()
              .meta({ description: 'What the provider said when it was asked; null: it was not.' }),
          }),
        ),
        sheet: part,
        webhooks: z.number().int(),
        catalogueItems: z.number().int(),
      }),
    ),
  })
  .meta({ id: 'ConfigHealth' });
