import type { z } from 'zod';
import type { MerchantId } from '../domain/ids.ts';
import type { WindowRules } from '../domain/settings.ts';
import type { Conversation, Moment, TranscriptMessage } from '../store/conversations.ts';
import { conversationWorkflowId } from '../workflows/ids.ts';
import { windowOf } from '../workflows/window.ts';
import type { LastMessage } from './conversation-glance.ts';
import { runsOf, type TemporalUi } from './temporal-ui.ts';
import { iso, isoOrNull } from './schemas/common.ts';
import type { message, summary } from './schemas/conversation.ts';

type Summary = z.input<typeof summary>;

const HOUR_MS = 3_600_000;

export interface Present {
  readonly moment: Moment | undefined;
  readonly rules: WindowRules;
  /** Of the platform the conversation is on; null where free text may always be sent. */
  readonly serviceWindowHours: number | null;
  readonly last?: LastMessage | undefined;
  readonly temporalUi?: TemporalUi | undefined;
}

/** The conversation at this moment, reckoned from the store with the workflow's own arithmetic. */
export function summaryOf(
  merchant: MerchantId,
  conversation: Conversation,
  { moment, rules, serviceWindowHours, last, temporalUi }: Present,
): Summary {
  const { id, platform, customer, name, line, inCharge, handBackAt, needsHuman } = conversation;
  const workflowId = conversationWorkflowId({ merchant, platform, conversation: id });
  const window = moment === undefined || moment.openTurn ? null : windowOf(moment.unclaimed, rules);
  return {
    merchant,
    platform,
    customer,
    name,
    line,
    inCharge,
    needsHuman,
    conversation: id,
    workflowId,
    workflowUrl: runsOf(temporalUi, workflowId),
    phase: phaseOf(moment, inCharge),
    handBackAt: isoOrNull(handBackAt),
    window:
      window === null
        ? null
        : {
            opensAt: iso(new Date(window.opensAtMs)),
            endsAt: iso(new Date(window.endsAtMs)),
            count: window.count,
          },
    waiting: waitingOf(moment),
    serviceWindowEndsAt: isoOrNull(serviceWindowEnd(conversation, serviceWindowHours)),
    optedOut: conversation.optedOut,
    lastActivityAt: iso(conversation.lastActivityAt),
    lastMessage: last === undefined ? null : { ...last, at: iso(last.at) },
  };
}

/** What is on its way out comes first: it is the next thing that happens. */
function phaseOf(moment: Moment | undefined, inCharge: Conversation['inCharge']): Summary['phase'] {
  if (waitingOf(moment) !== null) return 'waiting';
  if (moment !== undefined && moment.unsent !== null) return 'sending';
  if (inCharge === 'human') return 'human';
  if (moment?.openTurn === true) return 'thinking';
  return moment !== undefined && moment.unclaimed.length > 0 ? 'gathering' : 'idle';
}

function waitingOf(moment: Moment | undefined): Summary['waiting'] {
  if (moment === undefined || moment.unsent === null) return null;
  const { status, reason, waitingUntil } = moment.unsent;
  if (status === 'unknown') return { reason: reason ?? 'unclear-send', until: null };
  return status === 'waiting' && reason !== null ? { reason, until: isoOrNull(waitingUntil) } : null;
}

export const messageView = (kept: TranscriptMessage): z.input<typeof message> => ({
  id: kept.id ?? kept.key,
  key: kept.key,
  direction: kept.direction,
  by: kept.by,
  type: kept.type,
  text: kept.text,
  ...(kept.media === null ? {} : { media: kept.media }),
  at: iso(kept.at),
  status: kept.status,
  ...(kept.reason === null ? {} : { reason: kept.reason }),
  ...(kept.waitingUntil === null ? {} : { waitingUntil: iso(kept.waitingUntil) }),
  ...(kept.editedAt === null ? {} : { editedAt: iso(kept.editedAt) }),
  turn: kept.turn,
});

/** By our own arithmetic, unless the provider has said since the customer's last message that it is shut. */
function serviceWindowEnd(
  { lastInboundAt, windowClosedAt }: Conversation,
  hours: number | null,
): Date | null {
  if (hours === null || lastInboundAt === null) return null;
  return windowClosedAt !== null && lastInboundAt <= windowClosedAt
    ? windowClosedAt
    : new Date(lastInboundAt.getTime() + hours * HOUR_MS);
}
