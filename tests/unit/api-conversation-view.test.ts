import { describe, expect, test } from 'vitest';
import { summaryOf } from '../../api/conversation-view.ts';
import { conversationId, merchantId } from '../../domain/ids.ts';
import { settingsOf } from '../../domain/settings.ts';
import type { Conversation, Moment } from '../../store/conversations.ts';

const lastInboundAt = new Date('2026-03-01T10:00:00.000Z');
const conversation: Conversation = {
  id: conversationId('hash'),
  platform: 'whatsapp',
  account: '1',
  line: 'main',
  customer: '9647701234567',
  name: null,
  inCharge: 'bot',
  handBackAt: null,
  optedOut: false,
  needsHuman: null,
  lastInboundAt,
  windowClosedAt: null,
  lastActivityAt: lastInboundAt,
};
const quiet: Moment = { conversation: 'hash', unclaimed: [], openTurn: false, unsent: null };
const arrival = { receivedAtMs: lastInboundAt.getTime(), endsWindow: false };
const seen = (moment: Partial<Moment>, more: Partial<Conversation> = {}) =>
  summaryOf(
    merchantId('shop'),
    { ...conversation, ...more },
    { moment: { ...quiet, ...moment }, rules: settingsOf({}).window, serviceWindowHours: 24 },
  );

describe('a conversation', () => {
  test.each([
    ['idle', {}, {}],
    ['gathering', { unclaimed: [arrival] }, {}],
    ['thinking', { openTurn: true }, {}],
    ['thinking', { openTurn: true, unclaimed: [arrival] }, {}],
    ['sending', { openTurn: true, unsent: { status: 'sending', reason: null, waitingUntil: null } }, {}],
    ['sending', { openTurn: true, unsent: { status: 'waiting', reason: null, waitingUntil: null } }, {}],
    [
      'waiting',
      { openTurn: true, unsent: { status: 'waiting', reason: 'line-down', waitingUntil: null } },
      {},
    ],
    ['waiting', { unsent: { status: 'unknown', reason: null, waitingUntil: null } }, {}],
    ['human', { unclaimed: [arrival] }, { inCharge: 'human' }],
    ['sending', { unsent: { status: 'sending', reason: null, waitingUntil: null } }, { inCharge: 'human' }],
  ] as const)('is %s with %j %j', (phase, moment, more) => {
    expect(seen(moment, more).phase).toBe(phase);
  });

  test('shows its window with the workflow’s own arithmetic, and none while a turn is open', () => {
    const late = { receivedAtMs: arrival.receivedAtMs + 7_500, endsWindow: false };
    expect(seen({ unclaimed: [late, arrival] }).window).toEqual({
      opensAt: '2026-03-01T10:00:00.000Z',
      endsAt: '2026-03-01T10:00:09.500Z',
      count: 2,
    });
    expect(seen({ unclaimed: [arrival], openTurn: true }).window).toBeNull();
  });

  test('says what it waits for and until when, and when free text may no longer be sent', () => {
    const waitingUntil = new Date('2026-03-01T11:00:00.000Z');
    const view = seen({ unsent: { status: 'waiting', reason: 'throttled', waitingUntil } });
    expect(view.waiting).toEqual({ reason: 'throttled', until: '2026-03-01T11:00:00.000Z' });
    expect(view.serviceWindowEndsAt).toBe('2026-03-02T10:00:00.000Z');
  });
});
