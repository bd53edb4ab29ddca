import { describe, expect, it } from 'vitest';
import { messagesIn } from '../../console/writing.ts';

describe('what stands in a box to write in', () => {
  it.each([
    ['is one message, however many lines it has', 'one\ntwo', [], ['one\ntwo']],
    ['goes as the message it was, when it came back unsent', 'one', ['one'], ['one']],
    ['stays apart from what was typed meanwhile', 'one\ntwo', ['one'], ['one', 'two']],
    ['stays the messages they were, when several came back', 'a\nb\nc\nd', ['a\nb', 'c'], ['a\nb', 'c', 'd']],
    ['is a new message where what came back was changed', 'one!\ntwo', ['one'], ['one!\ntwo']],
    ['is a new message where only the rest was changed away', 'one', ['one', 'two'], ['one']],
  ])('%s', (_, text, unsent, messages) => {
    expect(messagesIn(text, unsent)).toEqual(messages);
  });
});
