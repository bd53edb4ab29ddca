import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { linePatch } from '../../api/schemas/line.ts';
import { putSheet } from '../../api/schemas/order.ts';
import { settingsPatch } from '../../api/schemas/settings.ts';
import { hours, putItem, rulesPatch } from '../../api/schemas/shop.ts';
import { explain } from '../../console/explain.ts';
import { CallError, type FieldProblem } from '../../console/http.ts';
import { makeLocale } from '../../console/locale.tsx';
import { sheetAdvice } from '../../console/sheet-advice.ts';
import { LANGUAGES, WORDS, type Language } from '../../console/words/words.ts';

const told = (language: Language, code: string, status: number, fields: FieldProblem[]): string =>
  explain(
    new CallError({ kind: 'refused', status, code, detail: '', fields, requestId: '' }),
    makeLocale(language, 'EG', 'Africa/Cairo'),
  );
/** What the API's own schema says of it, in the console's words. */
function toldOf(schema: z.ZodType, body: unknown, language: Language): string {
  const { error } = schema.safeParse(body);
  const fields = (error?.issues ?? []).map(({ path, message }) => ({ path: path.join('.'), message }));
  return told(language, 'invalid-request', 422, fields);
}
const orderTemplates = (variable: string) => ({
  orderTemplates: { newOrder: { name: 'order_received', language: 'ar', variables: [variable] } },
});

describe('a field that is not right', () => {
  const refused: readonly (readonly [z.ZodType, unknown, string])[] = [
    [settingsPatch, { supportPhone: 'ask us' }, 'Phone for questions: not a phone number'],
    [hours, { sat: [{ from: '10:00', to: '10:00' }] }, 'Saturday: ends when it begins'],
    [hours, { fri: [{ from: '10', to: '11:00' }] }, 'Friday: not a time of the day'],
    [putItem, { name: 'Chair', aliases: ['x'.repeat(201)] }, 'Other names: too long'],
    [putItem, { name: 'Chair', price: '19,5' }, 'Price: an amount such as'],
    [putItem, { name: 'Chair', currency: 'pounds' }, 'Currency: three capital letters'],
    [rulesPatch, { handOverWords: ['\u0007'] }, 'Words that call you: there are characters in it'],
    [
      putSheet,
      { kind: 'file', path: 'a.csv', line: 'sim', columns: { phone: 'x'.repeat(300) } },
      'Columns: too long',
    ],
    [linePatch, orderTemplates('{nmae}'), 'Template: There is no variable “\u2068nmae\u2069” (character 1)'],
    [linePatch, orderTemplates('{name'), 'Template: A brace is opened and not closed'],
    [linePatch, orderTemplates('name}'), 'Template: A closing brace stands alone'],
    [linePatch, orderTemplates(' '), 'Template: The text is empty'],
  ];

  it.each(refused)('is named and explained in both languages (%#)', (schema, body, english) => {
    expect(toldOf(schema, body, 'en')).toContain(english);
    // Whatever is Latin in the Arabic is isolated: a value, or an example.
    const arabic = toldOf(schema, body, 'ar').replaceAll(/[\u2066\u2068][^\u2069]*\u2069/g, '');
    expect(arabic).toMatch(/[\u0600-\u06ff]{3}/);
    expect(arabic).not.toMatch(/[A-Za-z]/);
  });

  it.each([
    ['serverUrl', 'an address without ? and #', 'Address of the server: an address without ? and #'],
    [
      'serverUrl',
      'only the operator may name a server on this machine or in its networks',
      'Address of the server: only the operator may name a server on this machine or in its networks',
    ],
    [
      'apiKey',
      'needed with the address of another server',
      'API key of the server: needed with the address of another server',
    ],
  ])('of a line’s account: %s, %s', (path, message, english) => {
    const fields = [{ path, message }];
    expect(told('en', 'invalid-request', 422, fields)).toBe(english);
    expect(told('ar', 'invalid-request', 422, fields)).toMatch(
      /^[^:]*[\u0600-\u06ff]{3}.*: .*[\u0600-\u06ff]{3}/,
    );
    expect(told('ar', 'invalid-request', 422, fields)).not.toContain(message);
  });

  it('and a refusal with a code of its own are not called a conflict', () => {
    expect(told('en', 'not-waiting-for-link', 409, [])).toBe(
      'The line is not waiting to be linked at this moment.',
    );
    expect(told('en', 'sheet-file-of-another', 422, [])).toBe('This file is another merchant’s.');
    expect(told('en', 'sheet-google-token-refused', 422, [])).toBe(
      'The sheet could not be read: Google refuses the login of the service account.',
    );
  });
});

describe('the advice about a sheet that is not followed', () => {
  it.each([
    ['sheet-empty', undefined, /as it is now.*“Save”/],
    ['much-shorter', undefined, /as it is now.*“Save”/],
    ['unclear-columns', undefined, /which column is which/],
    ['google-unavailable', 'retryable', /tries again by itself/],
    ['quota', 'throttled', /tries again by itself/],
    ['not-shared', 'auth', /access to it, or a valid key/],
    ['sheet-not-found', 'permanent', /Put that right/],
    ['a-class-of-a-newer-server', 'unheard-of', /tries again by itself/],
  ])('fits the trouble: %s', (reason, kind, words) => {
    const key = sheetAdvice({ reason, detail: kind === undefined ? {} : { class: kind } });
    expect(WORDS.en[key]).toMatch(words);
    for (const language of LANGUAGES) expect(WORDS[language][key]).not.toBe('');
  });
});
