import { z } from 'zod';
import type { Inbound } from '../../domain/message.ts';

const time = z.number().int().nonnegative();
const common = { account: z.string(), from: z.string(), id: z.string() };

/** What a simulated phone can do. The API's own schema has checked the request; this is the wire between the two. */
const item = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('message'),
    ...common,
    text: z.string(),
    atMs: time,
    name: z.string().optional(),
    button: z.boolean().optional(),
  }),
  z.object({ kind: z.literal('edit'), ...common, text: z.string(), atMs: time }),
  z.object({ kind: z.literal('deletion'), ...common, atMs: time }),
  z.object({ kind: z.literal('reaction'), ...common, emoji: z.string(), atMs: time }),
  z.object({ kind: z.literal('read'), account: z.string(), from: z.string(), atMs: time }),
]);
export type SimulatedItem = z.infer<typeof item>;

export function parse(body: unknown): Inbound[] {
  const read = item.safeParse(body);
  if (!read.success) return [{ kind: 'malformed', why: z.prettifyError(read.error) }];
  return [inboundOf(read.data)];
}

function inboundOf(news: SimulatedItem): Inbound {
  const from = { address: news.from };
  switch (news.kind) {
    case 'message':
      return {
        kind: 'message',
        account: news.account,
        id: news.id,
        atMs: news.atMs,
        type: news.button === true ? 'button' : 'text',
        text: news.text,
        from: news.name === undefined ? from : { ...from, name: news.name },
        endsWindow: news.button === true,
      };
    case 'edit':
      return { kind: 'edit', account: news.account, id: news.id, from, text: news.text, atMs: news.atMs };
    case 'deletion':
      return { kind: 'deletion', account: news.account, id: news.id, from, atMs: news.atMs };
    case 'reaction':
      return {
        kind: 'reaction',
        account: news.account,
        from,
        to: news.id,
        emoji: news.emoji,
        atMs: news.atMs,
      };
    case 'read':
      return { kind: 'read', account: news.account, from, untilMs: news.atMs };
  }
}
