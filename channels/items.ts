import { z } from 'zod';
import type { Inbound, Malformed } from '../domain/message.ts';

/** Reading a provider's body item by item, so that a bad one costs only itself. */

/** A list on the wire. Absent is empty; what should be a list and is none is one malformed item. */
export function eachOf(
  value: unknown,
  where: string,
  read: (item: unknown) => readonly Inbound[],
): Inbound[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value.flatMap((item) => read(item)) : [malformed(`${where}: not a list`)];
}

/** One item behind its schema. */
export function itemOf<T>(
  schema: z.ZodType<T>,
  item: unknown,
  where: string,
  read: (item: T) => readonly Inbound[],
): readonly Inbound[] {
  const parsed = schema.safeParse(item);
  return parsed.success
    ? read(parsed.data)
    : [malformed(`${where}: ${shapeOf(parsed.error)}`, where === 'body' ? undefined : item)];
}

export const malformed = (why: string, item?: unknown): Malformed => ({
  kind: 'malformed',
  why,
  ...(item === undefined ? {} : { item }),
});

/** Which fields are wrong and how. Never their values: those are people's words and numbers. */
function shapeOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.map(String).join('.').slice(0, 120)} ${issue.code}`)
    .join('; ');
}

/** Any JSON object, its fields still unknown. */
export const anyObject = z.record(z.string(), z.unknown());

/** Ids come as text; some gateways write numbers. Never empty. */
export const wireId = z.union([z.string().min(1), z.number().transform(String)]);

/**
 * A moment in seconds or in milliseconds, as text or number: providers mix them, even in one field. Below
 * 10^11 it is seconds (that is the year 5138), above milliseconds (that is 1973).
 */
export const wireTime = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,16}$/)
      .transform(Number),
    z.object({ low: z.number() }).transform(({ low }) => low >>> 0),
  ])
  .refine((time) => Number.isFinite(time) && time >= 0 && time < 8.64e15)
  .transform((time) => Math.trunc(time < 1e11 ? time * 1_000 : time));

/** Copies without the absent fields, which is what `exactOptionalPropertyTypes` asks for. */
export function present<T extends Record<string, unknown>>(
  fields: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept: { [K in keyof T]?: Exclude<T[K], undefined> } = {};
  for (const key in fields) {
    const value = fields[key];
    if (isPresent(value)) kept[key] = value;
  }
  return kept;
}

const isPresent = <V>(value: V): value is Exclude<V, undefined> => value !== undefined;

/** `+964 770…`, `00964770…` and `964770…` are one address. Anything with a letter is no phone. */
export function phoneDigits(text: string | undefined): string | undefined {
  if (text === undefined || !/^[\s+\d()\-.]+$/.test(text)) return undefined;
  const digits = text.replace(/\D/g, '').replace(/^00/, '');
  return digits === '' ? undefined : digits;
}
