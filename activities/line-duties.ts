import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Channel } from '../channels/channel.ts';
import type { Connection } from '../channels/whatsapp-web/connection.ts';
import type { FetchesMedia } from '../channels/media.ts';
import { fetchMediaOf } from '../channels/whatsapp-web/media.ts';
import { pause } from '../channels/whatsapp-web/waiting.ts';
import { whatsappWeb } from '../channels/whatsapp-web/whatsapp-web.ts';
import { noteLineDown } from '../store/wanted-lines.ts';
import type {
  ConversationActivities,
  Delivery,
  DeliverRequest,
} from '../workflows/conversation-activities.ts';
import type { HolderActivities } from '../workflows/line-activities.ts';
import { commandHolder, type Held } from './command-holder.ts';
import type { ActivityContext } from './context.ts';
import { createDeliver } from './deliver.ts';
import { createFetchMedia } from './fetch-media.ts';
import { heartbeating } from './heartbeating.ts';
import { createSettle } from './look-up.ts';

/** What is done on a line's own queue, and only by whoever holds its connection. */
export type OnTheLine = Pick<ConversationActivities, 'deliver' | 'settle' | 'fetchMedia'> & HolderActivities;

const LINE_DOWN: Delivery = { kind: 'held', reason: 'line-down', untilMs: null };
/** A line that was lost a moment ago is up again within this, or what asks for it asks again later. */
const UP_SOON_MS = 30_000;
const BEAT_MS = 1_000;

/** The house's own steps, done through this connection. */
export function dutiesOn(house: ActivityContext, held: Held, onTrouble: (error: unknown) => void): OnTheLine {
  const { connection } = held;
  const context = {
    ...house,
    channels: new Map(house.channels).set('whatsapp-web', boundTo(connection)),
  };
  const deliver = createDeliver(context);
  const settle = createSettle(context);
  const fetchMedia = createFetchMedia(context);
  const down = async (request: DeliverRequest): Promise<Delivery> => {
    await house.database.merchant(request.merchant, (tx) => noteLineDown(tx, request.merchant, request.key));
    return LINE_DOWN;
  };
  return {
    // A page that is down for a moment is no failing destination: what waits is woken when the line is up.
    async deliver(request) {
      if (!isUsable(connection)) return down(request);
      try {
        return await deliver(request);
      } catch (error) {
        // Only what says that nothing left is taken for a line that is down; whatever else it is, the next attempt finds out.
        if (isUsable(connection) || !(error instanceof ApplicationFailure)) throw error;
        return down(request);
      }
    },
    async settle(request) {
      await heartbeating(() => untilUsable(connection));
      return settle(request);
    },
    async fetchMedia(request) {
      await heartbeating(() => untilUsable(connection));
      return fetchMedia(request);
    },
    commandHolder: (command) => heartbeating(() => commandHolder(held, command, onTrouble)),
  };
}

function boundTo(connection: Connection): Channel & FetchesMedia<unknown> {
  return {
    ...whatsappWeb,
    send: (_account, outgoing, context) => whatsappWeb.send(connection, outgoing, context),
    lookUp: async (_account, outgoing, context) =>
      (await whatsappWeb.lookUp?.(connection, outgoing, context)) ?? { found: 'cannot-tell' },
    showTyping: async (_account, to, lastInboundId, context) =>
      whatsappWeb.showTyping?.(connection, to, lastInboundId, context),
    fetchMedia: (_account, media, toPath, context) => fetchMediaOf(connection, media, toPath, context),
  };
}

/** A look into the chat, or a file, can wait for the page: asked too early it would only be asked again much later. */
async function untilUsable(connection: Connection): Promise<void> {
  const { cancellationSignal } = Context.current();
  const over = AbortSignal.any([connection.over, cancellationSignal]);
  for (const end = Date.now() + UP_SOON_MS; !isUsable(connection) && !over.aborted && Date.now() < end;) {
    await pause(BEAT_MS, over);
  }
}

function isUsable(connection: Connection): boolean {
  try {
    connection.usable();
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
