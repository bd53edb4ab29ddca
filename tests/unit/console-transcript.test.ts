import { describe, expect, it } from 'vitest';
import type { Message } from '../../console/shapes.ts';
import { gathered, joined, preceded, type Stretch } from '../../console/transcript.ts';

const message = (key: string, more: Partial<Message> = {}): Message => ({
  key,
  direction: 'in',
  by: 'customer',
  type: 'text',
  text: key,
  media: null,
  at: '2026-01-01T00:00:00.000Z',
  status: 'received',
  reason: null,
  waitingUntil: null,
  editedAt: null,
  turn: 't1',
  ...more,
});
const stretch = (next: string | null, ...messages: Message[]): Stretch => ({ messages, next });
const window = (count: number) => ({
  opensAt: '2026-01-01T00:00:00.000Z',
  endsAt: '2026-01-01T00:00:08.000Z',
  count,
});

describe('what the console makes of a transcript', () => {
  it('shows as gathered what no turn has taken, and nothing when no window is open', () => {
    const messages = [
      message('comment', { turn: null }),
      message('a'),
      message('b', { turn: null }),
      message('c', { turn: null }),
    ];
    expect(gathered(window(2), messages).map(({ key }) => key)).toEqual(['b', 'c']);
    expect(gathered(null, messages)).toEqual([]);
  });

  it('keeps what was read of older messages, and believes the newest page about the rest', () => {
    const { messages, next } = joined(
      stretch('before a', message('a'), message('b')),
      stretch('before b', message('b', { status: 'deleted' }), message('c')),
    );
    expect(messages.map(({ key, status }) => `${key}:${status}`)).toEqual([
      'a:received',
      'b:deleted',
      'c:received',
    ]);
    expect(next).toBe('before a');
  });

  it('goes by the API’s order, not by the time in a message: a phone that was away tells late', () => {
    const late = message('late', { at: '2026-01-01T09:00:00.000Z' });
    const { messages } = joined(
      stretch('before a', message('a'), late, message('b')),
      stretch('before b', message('b', { at: '2026-01-01T08:00:00.000Z' }), message('c')),
    );
    expect(messages.map(({ key }) => key)).toEqual(['a', 'late', 'b', 'c']);
  });

  it('starts over where more came than one page holds, so that “show older” reads what lies between', () => {
    const newest = stretch('before x', message('x'), message('y'));
    expect(joined(stretch('before a', message('a'), message('b')), newest)).toEqual(newest);
    const between = stretch('before c', message('c'), message('d'));
    const { messages, next } = preceded(between, newest);
    expect(messages.map(({ key }) => key)).toEqual(['c', 'd', 'x', 'y']);
    expect(next).toBe('before c');
  });

  it('shows each message once when one was stored between those that were read', () => {
    const { messages, next } = joined(
      stretch('before a', message('a'), message('b'), message('d')),
      stretch('before c', message('c'), message('d'), message('e')),
    );
    expect(messages.map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(next).toBe('before a');
  });

  it('stays the same when the same page is joined again', () => {
    const newest = stretch('before b', message('b'), message('c'));
    const once = joined(stretch('before a', message('a'), message('b')), newest);
    expect(joined(once, newest)).toEqual(once);
    expect(joined(newest, newest)).toEqual(newest);
  });

  it('goes back as far as the newest page does', () => {
    const newest = stretch(null, message('a'), message('b'));
    expect(joined(stretch(null), newest)).toEqual(newest);
    expect(joined(stretch('before b', message('b')), newest)).toEqual(newest);
    expect(joined(newest, stretch(null))).toEqual(stretch(null));
  });
});
