import type {
  Inbound,
  InboundDeletion,
  InboundEdit,
  InboundMessage,
  InboundReaction,
} from '../domain/message.ts';
import { settingsOf } from '../domain/settings.ts';
import { recordEvent } from '../store/events.ts';
import { storeDeletion, storeEdit, storeInbound } from '../store/inbound.ts';
import { readSettings } from '../store/merchants.ts';
import { keepSilent } from '../store/news.ts';
import { destinationOf, type InboundDeps } from './destination.ts';
import type { Progress, Receipt, ReceivingLine } from './inbound.ts';
import { takeEcho, takeStatus } from './take-news.ts';

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
  const to = destinationOf(deps, line, item.from.address);
  const { stored, settings } = await deps.database.merchant(line.merchant, async (tx) => {
    const kept = await storeInbound(tx, to, item, Date.now());
    if (item.silent === true) await keepSilent(tx, line.merchant, kept.key);
    return {
      stored: { ...kept, claimed: kept.claimed || item.silent === true },
      settings: await readSettings(tx, line.merchant),
    };
  });
  if (!stored.claimed) {
    progress.waitingFor = 'temporal';
    const { window } = settingsOf(settings, deps.settings.windowDefaults);
    const { key, unclaimed, receivedAtMs, endsWindow } = stored;
    const { account: _, ...ref } = to;
    await deps.mail.messageArrived(
      { ...ref, window, maxRetries: deps.settings.maxRetries },
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
  const { conversation } = destinationOf(deps, line, item.from.address);
  const changed = await deps.database.merchant(merchant, async (tx) => {
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
  const { conversation } = destinationOf(deps, line, item.from.address);
  await deps.database.merchant(merchant, (tx) =>
    recordEvent(tx, {
      merchant,
      kind: 'message.changed',
      conversation,
      data: {
        key: `${id}/${item.to}`,
        change: 'reaction',
        emoji: item.emoji.toWellFormed().replaceAll('\0', ''),
      },
    }),
  );
  return { kind: 'recorded', what: 'reaction' };
}
