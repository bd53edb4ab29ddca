import type { InboundMessage } from '../domain/message.ts';
import { settingsOf } from '../domain/settings.ts';
import { rememberCustomer } from '../store/customers.ts';
import { readSettings } from '../store/merchants.ts';
import { storeMessages, type StoredIn } from '../store/store-messages.ts';
import type { ConversationStart } from '../temporal/conversation-mail.ts';
import { sendsQueueOf } from '../workflows/ids.ts';
import type { Letter } from './announce.ts';
import { destinationsOf } from './destination.ts';
import type { House } from './house.ts';
import type { ReceivingLine } from './inbound.ts';

/** Stores one line's messages in one transaction; what their conversations must be told comes back. */
export async function keepMessages(
  house: House,
  line: ReceivingLine,
  messages: readonly InboundMessage[],
): Promise<Letter[]> {
  if (messages.length === 0) return [];
  const { merchant, channel } = line;
  const timer = house.metrics.accept.startTimer({ channel });
  const { arrivals, stored, settings } = await house.database.merchant(merchant, async (tx) => {
    const to = await destinationsOf(
      house,
      tx,
      line,
      messages.map(({ from }) => from),
    );
    const both = messages.flatMap((message, index) => {
      const destination = to[index];
      return destination === undefined ? [] : [{ to: destination, message }];
    });
    const kept = await storeMessages(tx, both, Date.now());
    for (const arrival of both)
      await rememberCustomer(tx, arrival.to, arrival.to.conversation, arrival.message.from);
    return { arrivals: both, stored: kept, settings: await readSettings(tx, merchant) };
  });
  timer();
  for (const { isNew } of stored)
    house.metrics.messagesIn.inc({ channel, outcome: isNew ? 'new' : 'redelivered' });

  const { window } = settingsOf(settings, house.settings.windowDefaults);
  const starts = new Map(
    arrivals.map(({ to: { account: _, ...ref } }): [string, ConversationStart] => [
      ref.conversation,
      {
        ...ref,
        window,
        maxRetries: house.settings.maxRetries,
        sendsQueue: sendsQueueOf(channel, merchant, line.id),
      },
    ]),
  );
  const unclaimed = Map.groupBy(
    stored.filter(({ claimed }) => !claimed),
    ({ conversation }) => conversation,
  );
  return [...starts.values()].flatMap((start) => {
    const own = unclaimed.get(start.conversation);
    return own === undefined ? [] : [letterOf(start, own)];
  });
}

/** One signal tells of all of them: the claim takes what is in the store. */
function letterOf(start: ConversationStart, own: readonly StoredIn[]): Letter {
  const [first] = own;
  if (first === undefined) throw new Error('a letter about nothing');
  const { unclaimed } = first;
  const opensWindow = unclaimed === own.length;
  return {
    start,
    arrived: {
      key: first.key,
      receivedAtMs: Math.min(...own.map(({ receivedAtMs }) => receivedAtMs)),
      endsWindow: own.some(({ endsWindow }) => endsWindow) || unclaimed >= start.window.maxMessages,
      unclaimed: opensWindow ? 1 : unclaimed,
    },
  };
}
