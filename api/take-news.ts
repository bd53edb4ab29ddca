import type { InboundEcho } from '../domain/message.ts';
import { settingsOf } from '../domain/settings.ts';
import { storeOwnersMessage, takeOver } from '../store/conversation-changes.ts';
import { rememberCustomer } from '../store/customers.ts';
import { readSettings } from '../store/merchants.ts';
import { keepConversation, ownSend } from '../store/news.ts';
import { sendsQueueOf } from '../workflows/ids.ts';
import { destinationOf, type InboundDeps } from './destination.ts';
import type { Progress, Receipt, ReceivingLine } from './inbound.ts';
import { takeStatus } from './take-statuses.ts';
import { takeOverEnd } from './take-over.ts';

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
    const settings = settingsOf(await readSettings(tx, merchant), deps.settings.windowDefaults);
    const until = takeOverEnd(settings.takeOverMinutes);
    await takeOver(tx, merchant, to.conversation, until);
    return { untilMs: until?.getTime() ?? null, window: settings.window };
  });
  if (takenOver === null) return { kind: 'ignored', why: 'known already' };
  progress.waitingFor = 'temporal';
  const { untilMs, window } = takenOver;
  const { account: _, ...ref } = to;
  const { maxRetries } = deps.settings;
  const sendsQueue = sendsQueueOf(line.channel, merchant, line.id);
  await deps.mail.takenOver({ ...ref, window, maxRetries, sendsQueue }, { untilMs });
  return { kind: 'recorded', what: 'owners-message' };
}
