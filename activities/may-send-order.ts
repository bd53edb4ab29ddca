import type { Channel } from '../channels/channel.ts';
import { byHand, stillCallsFor } from '../domain/order-plan.ts';
import type { OrderFacts } from '../store/order-standing.ts';
import type { SendFacts } from '../store/sending.ts';
import type { MaySend } from './may-send.ts';
import { withinServiceWindow } from './within-service-window.ts';

/** The service window is shut, and the channel has approved templates for that. */
export const TEMPLATE_NEEDED = 'template-needed';

/**
 * May an order's message leave at this moment? Nobody waits for it, so what forbids it now holds it, visibly; only what
 * the order itself no longer calls for ends.
 */
export function maySendOrder(
  facts: SendFacts,
  order: OrderFacts,
  channel: Channel | undefined,
  nowMs: number,
): MaySend {
  const held = (reason: string, untilMs: number | null = null): MaySend => ({
    kind: 'held',
    reason,
    untilMs,
  });
  const { line, outgoing } = facts;
  const saying = order.sayings.find(({ keys }) => keys.includes(outgoing.key));
  if (saying === undefined) return { kind: 'no', reason: 'order-moved-on', needsHuman: false };
  const standing = stillCallsFor(order.standing, saying);
  if (standing.kind === 'no') return { kind: 'no', reason: standing.reason, needsHuman: false };
  if (standing.kind === 'held') return held(standing.reason);
  // The row was corrected after this had been prepared: the order's own run prepares it anew.
  if (saying.outdated === true) return held('order-changed');
  if (facts.optedOut) return held('opted-out');
  if (facts.inCharge === 'human' && (facts.handBackAtMs === null || facts.handBackAtMs > nowMs))
    return held('taken-over', facts.handBackAtMs);
  if (order.quietUntilMs !== null && !byHand(saying.occurrence))
    return held('quiet-hours', order.quietUntilMs);
  if (channel === undefined) return held('channel-not-available');
  if (line.state === 'no-new-chats' && facts.lastInboundAtMs === null) return held('no-new-chats');
  if (line.state !== 'connected' && line.state !== 'degraded' && line.state !== 'no-new-chats')
    return held('line-down');
  if (line.pausedUntilMs !== null && line.pausedUntilMs > nowMs)
    return held('line-paused', line.pausedUntilMs);
  if (facts.pausedUntilMs !== null && facts.pausedUntilMs > nowMs)
    return held('customer-paused', facts.pausedUntilMs);
  // The template that stands in for answers is worded for answers: it says nothing of an order.
  const window = withinServiceWindow({ ...facts, rules: {} }, channel, nowMs);
  return window.kind === 'held' && channel.capabilities.templates ? held(TEMPLATE_NEEDED) : window;
}
