import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderOrderMessage } from '../../domain/order-message.ts';
import { readOrderReply } from '../../domain/order-reply.ts';
import { parseTemplate, render, variablesOf } from '../../domain/template.ts';
import type { TemplateValues } from '../../domain/template.ts';
import { TEMPLATE_STARTERS } from '../../domain/template-starters.ts';
import { arabicName, templateVariables, variableNamed } from '../../domain/template-variables.ts';

function say(text: string, values: TemplateValues) {
  const parsed = parseTemplate(text);
  if (!parsed.ok) throw new Error(`refused: ${JSON.stringify(parsed.errors)}`);
  return render(parsed.template, values);
}
const errorsOf = (text: string) => {
  const parsed = parseTemplate(text);
  return parsed.ok ? [] : parsed.errors;
};

describe('a template', () => {
  it('is refused when it is saved with a variable nobody knows, each named with its place', () => {
    expect(errorsOf('Hi {nmae}, {total} and {price|5}')).toEqual([
      { code: 'unknown-variable', variable: 'nmae', at: 3 },
      { code: 'unknown-variable', variable: 'price', at: 23 },
    ]);
  });

  it.each([
    ['{name', 'unclosed'],
    ['{name {total}', 'unclosed'],
    ['{{name}}', 'unclosed'],
    ['name}', 'stray-brace'],
    ['{}', 'unknown-variable'],
    ['{constructor}', 'unknown-variable'],
    ['{name|{total}}', 'unclosed'],
    [' \u200F ', 'empty'],
    ['', 'empty'],
  ])('%j is refused', (text, code) => {
    expect(errorsOf(text)[0]?.code).toBe(code);
  });

  it('knows every variable by its English and its Arabic name, in any spelling', () => {
    for (const variable of templateVariables()) {
      expect([variableNamed(variable), variableNamed(arabicName(variable))]).toEqual([variable, variable]);
      expect(arabicName(variable)).toMatch(/^[\u0600-\u06FF ]+$/);
    }
    expect(['Order ID', ' order_id ', 'ORDERID', 'رقم الطلب', 'رَقْم  الطلب'].map(variableNamed)).toEqual(
      Array<string>(5).fill('orderId'),
    );
    expect(['الاجمالي', 'الإجمالى', 'discounted-total'].map(variableNamed)).toEqual([
      'total',
      'total',
      'discountedTotal',
    ]);
  });

  it('says which variables it uses', () => {
    const parsed = parseTemplate('{name} {الإجمالي} {name|x}');
    expect(parsed.ok && variablesOf(parsed.template)).toEqual(['name', 'total']);
  });
});

describe('a rendered message', () => {
  it('has the values in place, in either language', () => {
    expect(
      say('أهلا {الاسم}: {المنتج} × {quantity} = {الإجمالي} {العملة}', {
        name: 'سارة',
        product: 'عطر',
        quantity: '2',
        total: '1,250',
        currency: 'جنيه',
      }),
    ).toEqual({
      ok: true,
      text: 'أهلا سارة: عطر × 2 = 1,250 جنيه',
    });
  });

  it.each([
    '$&',
    '$1 $$ $`',
    '{phone}',
    '{name|x}',
    '{{total}}',
    '*bold* _it_ ~no~',
    'ش'.repeat(1000),
    'سطر\nسطر',
    '\\n',
    '👨‍👩‍👧',
  ])('has a name as it was typed: %s', (name) => {
    expect(say('Hi {name}!', { name, phone: '201012345678', total: '5' })).toEqual({
      ok: true,
      text: `Hi ${name}!`,
    });
  });

  it('has any value at all as it was typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (value) => {
        const text = say('<{name|?}>', { name: value });
        expect([`<${value}>`, '<?>']).toContain(text.ok ? text.text : '');
      }),
    );
  });

  it("uses the template's own words for a value that is not there", () => {
    for (const name of [undefined, null, '', '  ', '\u200F']) {
      expect(say('أهلا {name|عميلنا العزيز}', name === undefined ? {} : { name })).toEqual({
        ok: true,
        text: 'أهلا عميلنا العزيز',
      });
    }
    expect(say('{total} {currency|}.', { total: '5' })).toEqual({ ok: true, text: '5 .' });
  });

  it('waits, with what is missing, rather than go out with a hole or a raw variable', () => {
    expect(say('{name} {tracking} {total} {tracking}', { name: 'سارة' })).toEqual({
      ok: false,
      missing: ['tracking', 'total'],
    });
    expect(say('{name|} {product|}', {})).toEqual({ ok: false, missing: ['name', 'product'] });
  });
});

describe('the starter templates', () => {
  const full: TemplateValues = Object.fromEntries(
    templateVariables().map((variable) => [variable, `<${variable}>`]),
  );
  const all = Object.entries(TEMPLATE_STARTERS).flatMap(([language, starters]) =>
    Object.entries(starters).map(([message, text]) => ({ language, message, text })),
  );

  it.each(all)('$language $message is accepted and never leaves a raw variable', ({ text }) => {
    const rendered = say(text, full);
    expect(rendered.ok && !/[{}]/.test(rendered.text)).toBe(true);
    // A row with nothing but its total is enough.
    expect(say(text, { total: '500', discountedTotal: '400' }).ok).toBe(true);
  });

  it('say that an order left only when it is shipped', () => {
    const left = /شحن طلبك|في الطريق|في طريق|خرج|on (?:its|the) way|has been shipped|out for delivery/;
    expect(all.filter(({ text }) => left.test(text)).map(({ message }) => message)).toEqual([
      'shipped',
      'shipped',
    ]);
  });

  it('ask for answers that are understood', () => {
    expect([readOrderReply('1'), readOrderReply('2')]).toEqual(['confirm', 'cancel']);
    for (const { message, text } of all)
      expect(/1.*2/.test(text)).toBe(['newOrder', 'noAnswer', 'rejectedOffer', 'reminder'].includes(message));
  });

  it('name the lower price only in the offer', () => {
    for (const { message, text } of all) {
      const parsed = parseTemplate(text);
      expect(parsed.ok && variablesOf(parsed.template).includes('discountedTotal')).toBe(
        message === 'rejectedOffer',
      );
    }
  });
});

describe('the message of an order', () => {
  const shop = { name: 'متجر', language: 'ar', currency: 'EGP', supportPhone: '19 123' };
  const said = (text: string, fields: Record<string, string>) => {
    const parsed = parseTemplate(text);
    if (!parsed.ok) throw new Error(text);
    return renderOrderMessage(parsed.template, { fields, phones: [], number: 'A1' }, shop);
  };

  it('says the tracking number that the sheet has, and waits for it where it has none yet', () => {
    const text = 'طلبك {رقم الطلب} في الطريق، رقم الشحنة {رقم التتبع}';
    expect(said(text, { tracking: 'EG-77' })).toEqual({
      ok: true,
      text: 'طلبك A1 في الطريق، رقم الشحنة EG-77',
    });
    expect(said(text, {})).toEqual({ ok: false, missing: ['tracking'] });
  });

  it('gives the number for questions as the merchant wrote it', () => {
    expect(said('للاستفسار {هاتف الدعم}', {})).toEqual({ ok: true, text: 'للاستفسار 19 123' });
  });
});
