import { z } from 'zod';

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string().meta({ description: 'Stable: branch on this.' }),
    detail: z.string(),
    requestId: z
      .string()
      .meta({ description: 'Also in the X-Request-Id header; finds the request in the log.' }),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' });
