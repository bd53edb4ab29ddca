import { z } from 'zod';

/** A window may be as short as a blink in a test and as long as a coffee; more is a mistyped unit. */
const LONGEST_WINDOW_MS = 10 * 60_000;
const ms = z.number().int().min(0).max(LONGEST_WINDOW_MS);
const clock = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'HH:MM')
  .nullable();
const hours = z
  .number()
  .min(0)
  .max(24 * 365);

const window = {
  kind: z.enum(['fixed', 'quiet']),
  ms,
  graceMs: ms,
  maxMs: ms,
  maxMessages: z.number().int().min(1).max(1_000),
};
const timings = {
  pollSeconds: z.number().int().min(5).max(86_400),
  settleSeconds: z.number().int().min(0).max(3_600),
  reminderHours: hours,
  rejectedOfferHours: hours,
};
const quietHours = { from: clock, to: clock };
const messageTypes = {
  newOrder: z.boolean(),
  noAnswer: z.boolean(),
  confirmed: z.boolean(),
  shipped: z.boolean(),
  rejectedOffer: z.boolean(),
  reminder: z.boolean(),
};
const model = {
  tone: z
    .string()
    .trim()
    .max(1_000)
    .meta({ description: 'How it is to speak, in the merchant’s own words.' }),
  whenDown: z.enum(['rules', 'apology', 'human']),
  answersPerDay: z.number().int().min(0).max(1_000_000).nullable(),
};
const rest = {
  takeOverMinutes: z.number().int().min(1).max(525_600).nullable(),
  answers: z.enum(['rules', 'model', 'off']),
  supportPhone: z
    .string()
    .trim()
    .max(40)
    .regex(/(?:\p{Nd}.*){3}/u, 'a phone number')
    .nullable()
    .meta({
      description: 'What {supportPhone} becomes in messages about orders, as customers are to read it.',
    }),
};

export const settings = z
  .object({
    window: z.object(window),
    timings: z.object(timings),
    quietHours: z.object(quietHours),
    messageTypes: z.object(messageTypes),
    model: z.object(model),
    ...rest,
  })
  .meta({ id: 'Settings' });

/** Any part of it; an unknown name is refused, so that a mistyped one is not taken for set. */
export const settingsPatch = z
  .strictObject({
    window: z.strictObject(window).partial(),
    timings: z.strictObject(timings).partial(),
    quietHours: z.strictObject(quietHours).partial(),
    messageTypes: z.strictObject(messageTypes).partial(),
    model: z.strictObject(model).partial(),
    ...rest,
  })
  .partial();
