import type { Channel } from '../channels/channel.ts';
import type { SendFacts } from '../store/sending.ts';
import type { MaySend } from './may-send.ts';

const HOUR_MS = 3_600_000;
export const WINDOW_CLOSED = 'window-closed';

/**
 * Is the platform's service window open at this moment? Reckoned from the customer's own last message, unless the
 * provider itself has said since then that it is shut. Outside of it: what a person wrote under the platform's rule
 * for people; the merchant's template, where there is one; else it waits for the customer and a person is told. A
 * window that shuts between two parts ends the rest: half an answer is not finished days later.
 */
export function withinServiceWindow(facts: SendFacts, channel: Channel, nowMs: number): MaySend {
  const { outgoing, lastInboundAtMs, windowClosedAtMs, rules } = facts;
  const { serviceWindowHours, humanWindowHours, templates } = channel.capabilities;
  if (serviceWindowHours === null || outgoing.template !== undefined) return { kind: 'yes' };
  const isWithin = (hours: number): boolean => (lastInboundAtMs ?? 0) + hours * HOUR_MS > nowMs;
  const isShut = windowClosedAtMs !== null && (lastInboundAtMs ?? 0) <= windowClosedAtMs;
  if (!isShut && isWithin(serviceWindowHours)) return { kind: 'yes' };

  const byHuman = outgoing.by === 'human';
  if (byHuman && humanWindowHours !== null && isWithin(humanWindowHours))
    return { kind: 'yes', outgoing: { ...outgoing, outsideServiceWindow: true } };
  if (outgoing.part > 1) return { kind: 'no', reason: WINDOW_CLOSED, needsHuman: true };
  const { outsideWindow } = rules;
  if (!byHuman && templates && outsideWindow !== undefined) {
    const { name, language, variables } = outsideWindow;
    const filled = variables.map((variable) =>
      variable.replaceAll(
        /\{(answer|name)\}/g,
        (_, what: string) => (what === 'answer' ? outgoing.text : outgoing.to.name) ?? '',
      ),
    );
    return {
      kind: 'yes',
      outgoing: { ...outgoing, template: { name, language, variables: filled } },
    };
  }
  return { kind: 'held', reason: WINDOW_CLOSED, untilMs: null, needsHuman: !byHuman };
}
