import { stripInvisible } from './text.ts';
import { variableNamed } from './template-variables.ts';
import type { TemplateVariable } from './template-variables.ts';

/** A piece of a template: text that is sent as it stands, or a variable with what to say when it has no value. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly variable: TemplateVariable; readonly fallback: string | null };

/** A template that has been checked: nothing in it can reach a customer as a raw `{…}`. */
export interface Template {
  readonly parts: readonly TemplatePart[];
}

/** What is wrong with a template, and where: `at` counts the characters before it. */
export interface TemplateError {
  readonly code: 'unknown-variable' | 'unclosed' | 'stray-brace' | 'empty';
  /** What stands between the braces, as typed. */
  readonly variable: string;
  readonly at: number;
}
/** A template fit to be saved, or everything that is wrong with it. */
export type ParsedTemplate =
  | { readonly ok: true; readonly template: Template }
  | { readonly ok: false; readonly errors: readonly TemplateError[] };

/** The values of one order's message. What is absent, null or blank has no value. */
export type TemplateValues = Readonly<Partial<Record<TemplateVariable, string | null>>>;

/** A message ready to be sent, or the variables a person must first find a value for. */
export type Rendered =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly missing: readonly TemplateVariable[] };

/** Checks a template when it is saved, and takes it apart; every error is found at once. */
export function parseTemplate(text: string): ParsedTemplate {
  const parts: TemplatePart[] = [];
  const errors: TemplateError[] = [];
  let at = 0;
  while (at < text.length) {
    const brace = nextBrace(text, at);
    if (brace > at) parts.push({ kind: 'text', text: text.slice(at, brace) });
    if (brace === text.length) break;
    const placeholder = readPlaceholder(text, brace);
    if (placeholder.kind === 'error') errors.push(placeholder.error);
    else parts.push(placeholder.part);
    at = placeholder.next;
  }
  if (stripInvisible(text).trim() === '') errors.push({ code: 'empty', variable: '', at: 0 });
  return errors.length > 0 ? { ok: false, errors } : { ok: true, template: { parts } };
}

/**
 * Fills a template. Values go in as they are, in one pass: what looks like a variable, a formatting mark or a
 * replacement pattern inside a value stays what the customer or the merchant typed.
 */
export function render(template: Template, values: TemplateValues): Rendered {
  const missing = new Set<TemplateVariable>();
  const used = new Set<TemplateVariable>();
  const pieces = template.parts.map((part) => {
    if (part.kind === 'text') return part.text;
    used.add(part.variable);
    const value = values[part.variable] ?? '';
    if (!isBlank(value)) return value;
    if (part.fallback === null) missing.add(part.variable);
    return part.fallback ?? '';
  });
  const text = pieces.join('');
  if (missing.size > 0) return { ok: false, missing: [...missing] };
  // Nothing but empty fallbacks: there is no message to send.
  return isBlank(text) ? { ok: false, missing: [...used] } : { ok: true, text };
}

/** The variables a template uses, each once, in order: the console asks a sheet for these. */
export function variablesOf(template: Template): readonly TemplateVariable[] {
  return [...new Set(template.parts.flatMap((part) => (part.kind === 'variable' ? [part.variable] : [])))];
}

type Placeholder =
  | { readonly kind: 'part'; readonly part: TemplatePart; readonly next: number }
  | { readonly kind: 'error'; readonly error: TemplateError; readonly next: number };

function readPlaceholder(text: string, at: number): Placeholder {
  const error = (code: TemplateError['code'], variable: string, next: number): Placeholder => ({
    kind: 'error',
    error: { code, variable, at },
    next,
  });
  if (text[at] === '}') return error('stray-brace', '}', at + 1);
  const end = nextBrace(text, at + 1);
  const inside = text.slice(at + 1, end);
  if (end === text.length || text[end] === '{') return error('unclosed', inside, end);
  const bar = inside.indexOf('|');
  const name = bar < 0 ? inside : inside.slice(0, bar);
  const variable = variableNamed(name);
  if (variable === null) return error('unknown-variable', name.trim(), end + 1);
  const fallback = bar < 0 ? null : inside.slice(bar + 1);
  return { kind: 'part', part: { kind: 'variable', variable, fallback }, next: end + 1 };
}

function nextBrace(text: string, from: number): number {
  const offset = text.slice(from).search(/[{}]/);
  return offset < 0 ? text.length : from + offset;
}

const isBlank = (text: string): boolean => stripInvisible(text).trim() === '';
