import { z } from 'zod';
import { parseTemplate, render, type TemplateValues } from '../../domain/template.ts';
import type { TemplateVariable } from '../../domain/template-variables.ts';
import { normalise } from '../../domain/text.ts';

/** As Meta names templates and their languages. */
export const templateName = z
  .string()
  .regex(/^[a-z0-9_]{1,512}$/, 'a template’s name: small letters, digits and _');
export const templateLanguage = z
  .string()
  .regex(/^[a-z]{2,3}(?:_[A-Z]{2})?$/, 'a language such as ar or en_US');

/** All of the merchant's own text, in one place of the template. */
const WHOLE: ReadonlySet<string> = new Set(['{message}', '{الرسالة}'].map(normalise));
const isWhole = (variable: string): boolean => WHOLE.has(normalise(variable));

const variable = z
  .string()
  .max(1_024)
  .superRefine((text, context) => {
    if (isWhole(text)) return;
    const parsed = parseTemplate(text);
    if (parsed.ok) return;
    for (const { code, variable: name, at } of parsed.errors)
      context.addIssue({
        code: 'custom',
        message: name === '' ? `${code} at ${at}` : `${code} at ${at}: {${name}}`,
      });
  });

/** A template that WhatsApp has approved, and what goes into its places `{{1}}`, `{{2}}`… */
export const approvedTemplate = z.strictObject({
  name: templateName,
  language: templateLanguage,
  variables: z.array(variable).max(20).readonly().default([]).meta({
    description:
      'What goes into {{1}}, {{2}}…: text with the variables of the shop’s own messages ({name}, {total|—} …), or {message}: all of the shop’s own text.',
  }),
  buttons: z.boolean().default(false).meta({
    description: 'It has two quick-reply buttons: the first confirms the order, the second cancels it.',
  }),
});
export type ApprovedTemplate = z.output<typeof approvedTemplate>;

const orNone = approvedTemplate.nullable();
/** By the kind of an order's message; null: none. What is not named stays as it is. */
export const orderTemplates = z
  .strictObject({
    newOrder: orNone,
    noAnswer: orNone,
    confirmed: orNone,
    shipped: orNone,
    rejectedOffer: orNone,
    reminder: orNone,
  })
  .partial()
  .meta({ id: 'OrderTemplates' });
export type OrderTemplates = z.output<typeof orderTemplates>;

/** Those that the line has. What was kept passed through the schema on its way in. */
export const orderTemplatesIn = (config: Readonly<Record<string, unknown>>): OrderTemplates =>
  orderTemplates.parse(config['orderTemplates'] ?? {});

export type Filled =
  | { readonly ok: true; readonly variables: readonly string[] }
  | { readonly ok: false; readonly missing: readonly TemplateVariable[] };

/** What stands in each place for one order; or the values that a person must first find. */
export function fillApproved(
  { variables }: Pick<ApprovedTemplate, 'variables'>,
  message: string,
  values: TemplateValues,
): Filled {
  const filled: string[] = [];
  const missing = new Set<TemplateVariable>();
  for (const one of variables) {
    const parsed = isWhole(one) ? null : parseTemplate(one);
    if (parsed === null) filled.push(message);
    // A text that could not be read would be sent with its braces.
    else if (!parsed.ok) throw new RangeError(`not a variable of an approved template: ${one}`);
    else {
      const rendered = render(parsed.template, values);
      if (rendered.ok) filled.push(rendered.text);
      else for (const name of rendered.missing) missing.add(name);
    }
  }
  return missing.size > 0 ? { ok: false, missing: [...missing] } : { ok: true, variables: filled };
}
