import { PLATFORM_OF, type StatusNews } from '../domain/message.ts';
import { settingsOf } from '../domain/settings.ts';
import { heedReportedFailure } from '../store/customer-trouble.ts';
import { readSettings } from '../store/merchants.ts';
import { noteReportedFailures } from '../store/order-outcome.ts';
import { applyStatuses, type StatusApplied } from '../store/statuses.ts';
import { sendAgainSignal, settledSignal } from '../workflows/conversation-signals.ts';
import { sendsQueueOf } from '../workflows/ids.ts';
import { tellAll } from './announce.ts';
import type { InboundDeps } from './destination.ts';
import type { Progress, Receipt, ReceivingLine } from './inbound.ts';

/** How messages of ours went: one transaction for all of them, then a word to each conversation that waits for it. */
export async function takeStatuses(
  deps: InboundDeps,
  line: ReceivingLine,
  news: readonly StatusNews[],
  progress?: Progress,
): Promise<readonly StatusApplied[]> {
  const { merchant, id, channel } = line;
  const { applied, orders, settings } = await deps.database.merchant(merchant, async (tx) => {
    const all = await applyStatuses(tx, merchant, id, news, Date.now());
    for (const status of all)
      if (status.news.failure !== undefined)
        await heedReportedFailure(tx, { merchant, line: id, ...status }, status.news.failure, Date.now());
    const failed = all.filter(({ news: { status }, sendAgain }) => status === 'failed' && !sendAgain);
    return {
      applied: all,
      orders: await noteReportedFailures(tx, merchant, failed, new Date()),
      settings: await readSettings(tx, merchant),
    };
  });
  if (progress !== undefined) progress.waitingFor = 'temporal';
  await tellAll(
    applied.filter(({ settled }) => settled),
    ({ conversation, key }) =>
      deps.mail.tell({ merchant, platform: PLATFORM_OF[channel], conversation }, settledSignal, key),
  );
  const { window } = settingsOf(settings, deps.settings.windowDefaults);
  const common = {
    merchant,
    line: id,
    platform: PLATFORM_OF[channel],
    window,
    maxRetries: deps.settings.maxRetries,
    sendsQueue: sendsQueueOf(channel, merchant, id),
  };
  // What waits to be sent is a part on its way out, like a person's: the conversation's run takes it up, or a new one does.
  await tellAll(
    applied.filter(({ sendAgain }) => sendAgain),
    ({ conversation, key }) => deps.mail.tellOrStart({ ...common, conversation }, sendAgainSignal, [[key]]),
  );
  await tellAll(orders, (order) => deps.orderMail.orderNews({ merchant, order }, 'not-delivered'));
  return applied;
}

export async function takeStatus(
  deps: InboundDeps,
  line: ReceivingLine,
  news: StatusNews,
  progress: Progress,
): Promise<Receipt> {
  const applied = await takeStatuses(deps, line, [news], progress);
  return applied.length === 0
    ? { kind: 'ignored', why: 'old news, or of no message of ours' }
    : { kind: 'recorded', what: 'status' };
}
