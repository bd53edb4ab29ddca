import type { ConversationId, MessageKey } from '../domain/ids.ts';
import { PLATFORM_OF, type InboundEcho, type StatusNews } from '../domain/message.ts';
import { settingsOf } from '../domain/settings.ts';
import { storeOwnersMessage, takeOver } from '../store/conversations.ts';
import { heedReportedFailure } from '../store/customer-trouble.ts';
import { rememberCustomer } from '../store/customers.ts';
import { readSettings } from '../store/merchants.ts';
import { keepConversation, ownSend } from '../store/news.ts';
import { applyStatus } from '../store/statuses.ts';
import { settledSignal, takenOverSignal } from '../workflows/conversation-signals.ts';
import { destinationOf, type InboundDeps } from './destination.ts';
import type { Progress, Receipt, ReceivingLine } from './inbound.ts';
import { takeOverEnd } from './take-over.ts';

/** How a message of ours went. */
export async function takeStatus(
  deps: InboundDeps,
  line: ReceivingLine,
  news: StatusNews,
  progress: Progress,
): Promise<Receipt> {
  const { merchant } = line;
  const applied = await deps.database.merchant(merchant, async (tx) => {
    const status = await applyStatus(tx, merchant, line.id, news);
    if (status !== null && news.failure !== undefined)
      await heedReportedFailure(
        tx,
        { merchant, line: line.id, conversation: status.conversation },
        news.failure,
        Date.now(),
      );
    return status;
  });
  if (applied === null) return { kind: 'ignored', why: 'old news, or of no message of ours' };
  if (applied.settled) await settle(deps, line, applied.conversation, applied.key, progress);
  return { kind: 'recorded', what: 'status' };
}

/** A message that left this account: ours coming back, or the owner who typed it on the phone and thereby takes over. */
export async function takeEcho(
  deps: InboundDeps,
  line: ReceivingLine,
  echo: InboundEcho,
  progress: Progress,
): Promise<Receipt> {
  const { merchant } = line;
  const { to, own } = await deps.database.merchant(merchant, async (tx) => {
    const destination = await destinationOf(deps, tx, line, echo.to);
    return { to: destination, own: await ownSend(tx, destination, echo) };
  });
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
    await rememberCustomer(tx, to, to.conversation, echo.to);
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
  deps: InboundDeps,
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
