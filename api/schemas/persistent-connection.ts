import { z } from 'zod';
import { lineParam, merchantParam, time } from './common.ts';

const health = z.enum(['healthy', 'degraded', 'critical']);

export const whichLine = z.object({ merchant: merchantParam.optional(), line: lineParam.optional() });
export const connectionAction = whichLine.extend({
  action: z.enum(['initialize', 'reconnect', 'clear-session', 'health-check', 'restart-browser']),
  confirm: z.boolean().optional().meta({ description: 'clear-session needs `true`.' }),
});

export const connectionReport = z
  .object({
    success: z.literal(true),
    connection: z.object({
      isConnected: z.boolean(),
      quality: z.enum(['excellent', 'good', 'poor', 'lost']),
      uptime: z.string().meta({ description: 'Like `2h 30m 45s`.' }),
      clientInfo: z.object({ phone: z.string() }).nullable(),
    }),
    session: z.object({
      exists: z.boolean(),
      isValid: z.boolean(),
      health,
      size: z.number().meta({ description: 'MB; 0 while nobody holds the line.' }),
    }),
    health: z.object({
      sessionHealth: health,
      reconnectAttempts: z.number().int(),
      browserRestarts: z.number().int(),
      lastHeartbeat: time.nullable(),
    }),
    recommendations: z.object({
      shouldClearSession: z.boolean(),
      shouldReconnect: z.boolean(),
      needsQRScan: z.boolean(),
    }),
  })
  .meta({ id: 'PersistentConnection' });

export const connectionAnswer = z.object({
  success: z.boolean(),
  needsQR: z.boolean().optional(),
  message: z.string().optional(),
  copy: z.string().nullable().optional(),
  connection: connectionReport.shape.connection.optional(),
});
