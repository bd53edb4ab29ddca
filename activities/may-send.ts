import { settingsOf, type WindowDefaults } from '../domain/settings.ts';
import type { SendFacts } from '../store/sending.ts';
import type { Channel } from '../channels/channel.ts';
import type { Outgoing } from '../domain/message.ts';
import { withinServiceWindow } from './within-service-window.ts';

export type MaySend =
  /** `outgoing`: how it goes, where that is not as it was written. */
  | { readonly kind: 'yes'; readonly outgoing?: Outgoing }
  /** Not now: it waits and says why. */
  | {
      readonly kind: 'held';
      readonly reason: string;
      readonly untilMs: number | null;
      readonly needsHuman?: boolean;
    }
  /** Never: it has become stale, or is not wanted. */
  | { readonly kind: 'no'; readonly reason: string; readonly needsHuman: boolean };

/** May this part leave at this moment? Asked inside the send step, under the conversation's lock, at every attempt. */
export function maySend(
  facts: SendFacts,
  channel: Channel | undefined,
  windowDefaults: WindowDefaults,
  nowMs: number,
): MaySend {
  const { outgoing, line } = facts;
  const byBot = outgoing.by === 'bot';

  if (byBot && facts.inCharge === 'human' && (facts.handBackAtMs === null || facts.handBackAtMs > nowMs)) {
    return { kind: 'no', reason: 'taken-over', needsHuman: false };
  }
  // The confirmation of an opt-out is the last thing its customer hears.
  if (byBot && facts.optedOut && facts.intent !== 'opt-out')
    return { kind: 'no', reason: 'opted-out', needsHuman: false };
  if (byBot && settingsOf(facts.settings, windowDefaults).answers === 'off')
    return { kind: 'no', reason: 'paused', needsHuman: false };
  if (channel === undefined) return { kind: 'held', reason: 'channel-not-available', untilMs: null };
  if (line.state !== 'connected' && line.state !== 'degraded' && line.state !== 'no-new-chats')
    return { kind: 'held', reason: 'line-down', untilMs: null };
  if (line.pausedUntilMs !== null && line.pausedUntilMs > nowMs)
    return { kind: 'held', reason: 'line-paused', untilMs: line.pausedUntilMs };

  if (facts.pausedUntilMs !== null && facts.pausedUntilMs > nowMs)
    return { kind: 'held', reason: 'customer-paused', untilMs: facts.pausedUntilMs };
  return withinServiceWindow(facts, channel, nowMs);
}
