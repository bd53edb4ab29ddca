import type { Response } from 'express';
import { z } from 'zod';
import { serialiseError } from '../../domain/errors.ts';
import type { FeedEvent, FeedPosition } from '../../store/event-feed.ts';
import { actorName } from '../actor.ts';
import type { House } from '../house.ts';
import { notFound, Problem } from '../problem.ts';
import { rawRoute, route, type Route } from '../route.ts';
import { iso, merchantParam, time } from '../schemas/common.ts';

const tag = 'Events';
/** Tabs that one key keeps open. More are a program that opens streams and forgets them. */
const STREAMS_PER_KEY = 50;
/** Proxies cut what is silent for a minute. */
const HEARTBEAT_MS = 20_000;
/** A reader this far behind is cut off; it comes back with Last-Event-ID and misses nothing. */
const MOST_UNREAD_BYTES = 1_000_000;

const position = /^(\d{1,20})-(\d{1,16})$/;

export function eventRoutes({ feed, tickets, directory, keys, logger }: House): Route[] {
  const streams = new Map<string, number>();
  return [
    route({
      method: 'post',
      path: '/api/events/ticket',
      scope: 'read',
      tag,
      summary: 'A one-time ticket for a browser’s EventSource, which can’t send a key',
      // A ticket is used up by its first use: repeating the call must give another.
      keepsAnswer: () => false,
      responses: { 201: z.object({ ticket: z.string(), expiresAt: time }) },
    })(({ actor }) => Promise.resolve({ status: 201, body: tickets.give(actor) })),
    rawRoute({
      method: 'get',
      path: '/api/events',
      scope: 'read',
      tag,
      summary: 'What happens, as it happens',
      takesTicket: true,
      description:
        'Each event’s data is `{merchant, kind, at, conversation: {id, platform, customer}|null, data}`. Goes on after `Last-Event-ID`, or `after`.',
      query: z.object({
        merchant: merchantParam.optional(),
        ticket: z.string().max(2_000).optional(),
        after: z.string().max(40).optional(),
      }),
      responses: { 200: { contentType: 'text/event-stream' } },
    })(async ({ query, actor }, req, res) => {
      const merchant = actor.kind === 'key' ? actor.merchant : (query.merchant ?? null);
      if (
        query.merchant !== undefined &&
        (query.merchant !== merchant || (await directory.merchant(query.merchant)) === null)
      )
        throw notFound('merchant');
      // Express answers HEAD by the same handler, and a stream to nobody would stay open.
      if (req.method === 'HEAD') return void res.type('text/event-stream').end();
      const who = actorName(actor);
      const open = streams.get(who) ?? 0;
      if (open >= STREAMS_PER_KEY)
        throw new Problem(429, 'too-many-streams', `This key has ${open} event streams open already.`);
      streams.set(who, open + 1);
      try {
        const lookAgain = async (): Promise<void> => {
          try {
            if (!(await keys.isStillGood(actor))) res.end();
          } catch (error) {
            // The database is away: no event comes either, and the next look tells.
            logger.warn({ err: serialiseError(error) }, 'the key of an event stream could not be looked at');
          }
        };
        const stopLooking = keys.onForget(() => void lookAgain());
        res.once('close', stopLooking);
        await stream(feed, res, merchant, positionIn(req.get('last-event-id') ?? query.after), lookAgain);
      } finally {
        streams.set(who, (streams.get(who) ?? 1) - 1);
      }
    }),
  ];
}

/** Returns when the reader has gone, or the server stops. */
async function stream(
  feed: House['feed'],
  res: Response,
  merchant: string | null,
  since: FeedPosition | null,
  lookAgain: () => Promise<void>,
): Promise<void> {
  const over = new Promise<void>((resolve) => res.once('close', resolve));
  const stop = await feed.listen(
    { merchant, heard: (event) => tell(res, event), ended: () => void res.end() },
    since,
    () => {
      res
        .status(200)
        .set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
      res.write('retry: 1000\n\n');
    },
  );
  const heartbeat = setInterval(() => {
    res.write(':\n\n');
    void lookAgain();
  }, HEARTBEAT_MS);
  await over;
  clearInterval(heartbeat);
  stop();
}

function tell(
  res: Response,
  { position: { transaction, seq }, merchant, kind, at, conversation, data }: FeedEvent,
): void {
  if (res.writableLength > MOST_UNREAD_BYTES) res.destroy();
  else
    res.write(
      `id: ${transaction}-${seq}\ndata: ${JSON.stringify({ merchant, kind, at: iso(at), conversation, data })}\n\n`,
    );
}

function positionIn(text: string | undefined): FeedPosition | null {
  if (text === undefined || text === '') return null;
  const [, transaction, seq] = position.exec(text) ?? [];
  if (transaction === undefined || seq === undefined || BigInt(transaction) >= 2n ** 63n)
    throw new Problem(400, 'bad-cursor', 'This is not an event id that this feed has given out.');
  return { transaction, seq: Number(seq) };
}
