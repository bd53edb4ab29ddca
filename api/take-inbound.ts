import type { ConversationId, MessageKey } from '../domain/ids.ts';
import {
  PLATFORM_OF,
  type Inbound,
  type InboundDeletion,
  type InboundEcho,
  type InboundEdit,
  type InboundMessage,
  type InboundReaction,
  type StatusNews,
} from '../domain/message.ts';
import { settingsOf } from '../domain/settings.ts';
import { setOptOut, storeOwnersMessage, takeOver } from '../store/conversations.ts';
import { conversationIdOf } from '../store/customer-hash.ts';
import { recordEvent } from '../store/events.ts';
import { storeDeletion, storeEdit, storeInbound, type Destination } from '../store/inbound.ts';
import { readSettings } from '../store/merchants.ts';
import { keepConversation, keepSilent, ownSend } from '../store/news.ts';
import { applyStatus } from '../store/statuses.ts';
import { settledSignal, takenOverSignal } from '../workflows/conversation-signals.ts';
import type { ApiDeps } from './deps.ts';
import type { Progress, Receipt, ReceivingLine } from './inbound.ts';
import { takeOverEnd } from './take-over.ts';

type Deps = Pick<ApiDeps, 'database' | 'mail' | 'hashKey' | 'settings'>;

export async function takeInbound(
  deps: Deps,
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

function destinationOf({ hashKey }: Deps, line: ReceivingLine, customer: string): Destination {
  const platform = PLATFORM_OF[line.channel];
  const { merchant, account } = line;
  return {
    merchant,
    line: line.id,
    account,
    platform,
    conversation: conversationIdOf(hashKey, { merchant, platform, account, customer }),
  };
}

async function takeMessage(
  deps: Deps,
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
  deps: Deps,
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

async function takeReaction(deps: Deps, line: ReceivingLine, item: InboundReaction): Promise<Receipt> {
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

async function takeStatus(
  deps: Deps,
  line: ReceivingLine,
  news: StatusNews,
  progress: Progress,
): Promise<Receipt> {
  const { merchant } = line;
  const applied = await deps.database.merchant(merchant, async (tx) => {
    const status = await applyStatus(tx, merchant, line.id, news);
    if (status !== null && news.failure?.optedOut === true)
      await setOptOut(tx, merchant, status.conversation, true);
    return status;
  });
  if (applied === null) return { kind: 'ignored', why: 'old news, or of no message of ours' };
  if (applied.settled) await settle(deps, line, applied.conversation, applied.key, progress);
  return { kind: 'recorded', what: 'status' };
}

async function takeEcho(
  deps: Deps,
  line: ReceivingLine,
  echo: InboundEcho,
  progress: Progress,
): Promise<Receipt> {
  const { merchant } = line;
  const to = destinationOf(deps, line, echo.to.address);
  const own = await deps.database.merchant(merchant, (tx) => ownSend(tx, to, echo));
  if (own !== null)
    return takeStatus(
      deps,
      line,
      { kind: 'status', account: echo.account, id: echo.id, key: own, status: 'sent', atMs: echo.atMs },
      progress,
    );

  const at = new Date(Math.min(echo.atMs, Date.now()));
  const takenOver = await deps.database.merchant(merchant, async (tx) => {
    await keepConversation(tx, to, echo.to, at);
    const isNew = await storeOwnersMessage(tx, merchant, line.id, to.conversation, {
      providerId: echo.id,
      type: echo.type,
      text: echo.text,
      at,
    });
    if (!isNew) return null;
    const until = takeOverEnd(settingsOf(await readSettings(tx, merchant)).takeOverMinutes);
    await takeOver(tx, merchant, to.conversation, until);
    return { untilMs: until?.getTime() ?? null };
  });
  if (takenOver === null) return { kind: 'ignored', why: 'known already' };
  progress.waitingFor = 'temporal';
  await deps.mail.tell(to, takenOverSignal, takenOver);
  return { kind: 'recorded', what: 'owners-message' };
}

async function settle(
  deps: Deps,
  line: ReceivingLine,
  conversation: ConversationId,
  key: MessageKey,
  progress: Progress,
): Promise<void> {
  progress.waitingFor = 'temporal';
  await deps.mail.tell(
    { merchant: line.merchant, platform: PLATFORM_OF[line.channel], conversation },
    settledSignal,
    key,
  );
}
