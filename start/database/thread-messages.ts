import { z } from 'zod';

/** What the database's thread is told when it starts, and what it tells back. */
export const threadData = z.object({
  folder: z.string(),
  /** A unix socket's path; null: a TCP port on the loopback, with a password. */
  socketPath: z.string().nullable(),
  password: z.string().nullable(),
  /** The port of the time before, so that clients find the database again; without it any free one. */
  port: z.number().optional(),
  /** See statement-watch. */
  requests: z.instanceof(SharedArrayBuffer),
});
export type ThreadData = z.infer<typeof threadData>;

export const threadNews = z.discriminatedUnion('news', [
  z.object({ news: z.literal('ready'), port: z.number() }),
  z.object({ news: z.literal('broken'), error: z.record(z.string(), z.unknown()) }),
  z.object({ news: z.literal('closed') }),
]);
export type ThreadNews = z.infer<typeof threadNews>;
