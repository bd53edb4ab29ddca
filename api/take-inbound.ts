import type {
  Inbound,
  InboundDeletion,
  InboundEdit,
  InboundMessage,
  InboundReaction,
} from '../domain/message.ts';
import { settingsOf } from '../domain/settings.ts';
import { rememberCustomer } from '../store/customers.ts';
import { recordEvent } from '../store/events.ts';
import { storeDeletion, storeEdit, storeInbound } from '../store/inbound.ts';
import { readSettings } from '../store/merchants.ts';
import { sendsQueueOf } from '../workflows/ids.ts';
import { destinationOf, type InboundDeps } from './destination.ts';
import type { Progress, Receipt, ReceivingLine } from './inbound.ts';
import { takeEcho } from './take-news.ts';
import { takeStatus } from './take-statuses.ts';

/** One item, by what it is. */
export async function takeInbound(
  deps: InboundDeps,
  line: ReceivingLine,
  item: Inbound,
  progress: Progress,
): Promise<Receipt> {
  switch (item.kind) {
    case 'message':
      return takeMessage(deps, line, item, progress);
    case 'edit':
    case 'deletion':
      return takeChange(deps, line, item);
    case 'reaction':
      return takeReaction(deps, line, item);
    case 'status':
      return takeStatus(deps, line, item, progress);
    case 'echo':
      return takeEcho(deps, line, item, progress);
    case 'read':
      return { kind: 'ignored', why: 'read marks change nothing' };
    case 'malformed':
      return { kind: 'ignored', why: item.why };
  }
}

async function takeMessage(
  deps: InboundDeps,
  line: ReceivingLine,
  item: InboundMessage,
  progress: Progress,
): Promise<Receipt> {
  const { to, stored, settings } = await deps.database.merchant(line.merchant, async (tx) => {
    const destination = await destinationOf(deps, tx, line, item.from);
    const [kept, merchants] = await Promise.all([
      storeInbound(tx, destination, item, Date.now()),
      readSettings(tx, line.merchant),
      rememberCustomer(tx, destination, destination.conversation, item.from),
    ]);
    return { to: destination, stored: kept, settings: merchants };
  });
  if (!stored.claimed) {
    progress.waitingFor = 'temporal';
    const { window } = settingsOf(settings, deps.settings.windowDefaults);
    const { key, unclaimed, receivedAtMs, endsWindow } = stored;
    const { account: _, ...ref } = to;
    await deps.mail.messageArrived(
      {
        ...ref,
        window,
        maxRetries: deps.settings.maxRetries,
        sendsQueue: sendsQueueOf(line.channel, line.merchant, line.id),
      },
      { key, unclaimed, receivedAtMs, endsWindow },
    );
  }
  return { kind: 'message', key: stored.key, isNew: stored.isNew };
}

async function takeChange(
  deps: InboundDeps,
  line: ReceivingLine,
  item: InboundEdit | InboundDeletion,
): Promise<Receipt> {
  const { merchant, id } = line;
  const changed = await deps.database.merchant(merchant, async (tx) => {
    const { conversation } = await destinationOf(deps, tx, line, item.from);
    const known =
      item.kind === 'edit'
        ? await storeEdit(tx, merchant, id, item)
        : await storeDeletion(tx, merchant, id, item.id);
    if (known)
      await recordEvent(tx, {
        merchant,
        kind: 'message.changed',
        conversation,
        data: { key: `${id}/${item.id}`, change: item.kind },
      });
    return known;
  });
  return changed
    ? { kind: 'recorded', what: item.kind }
    : { kind: 'ignored', why: `the ${item.kind} of a message that never came` };
}

async function takeReaction(deps: InboundDeps, line: ReceivingLine, item: InboundReaction): Promise<Receipt> {
  const { merchant, id } = line;
  await deps.database.merchant(merchant, async (tx) => {
    const { conversation } = await destinationOf(deps, tx, line, item.from);
    await recordEvent(tx, {
      merchant,
      kind: 'message.changed',
      conversation,
      data: {
        key: `${id}/${item.to}`,
        change: 'reaction',
        emoji: item.emoji.toWellFormed().replaceAll('\0', ''),
      },
    });
  });
  return { kind: 'recorded', what: 'reaction' };
}
