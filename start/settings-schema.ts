import { z } from 'zod';
import { DSN } from './error-reports.ts';

/**
 * Every variable Zajel reads, with its default. `.env.example` shows the same to people; a test holds the
 * two together. A message says what the value should be: it completes "NAME must be …".
 */
const HEX_KEY = /^[0-9a-f]{64}$/i;
const text = z.string().trim().min(1, 'a text');
const secret = text;

const whole = (least: number, most: number) => {
  const message = `a whole number from ${least} to ${most}`;
  return z
    .string()
    .trim()
    .regex(/^\d+$/, message)
    .transform(Number)
    .pipe(z.number().min(least, message).max(most, message));
};
const url = (...protocols: string[]) => {
  const message = `an address that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`;
  return z
    .string()
    .trim()
    .refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), message)
    .transform((value) => value.replace(/\/+$/, ''));
};
const webUrl = url('http:', 'https:');
const hexKey = z
  .string()
  .trim()
  .regex(HEX_KEY, '64 hexadecimal digits (make one with: openssl rand -hex 32)')
  .toLowerCase();
const choice = <const Choices extends readonly [string, ...string[]]>(...choices: Choices) =>
  z.enum(choices, { error: `one of ${choices.join(', ')}` });
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
const hostAndPort = z
  .string()
  .trim()
  .regex(
    /^[^\s/:]+(\.[^\s/:]+)*:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$/i,
    'host:port, for example temporal.example.com:7233',
  );

/** Where a model is asked unless another place is named. */
export const OPENAI_URL = 'https://api.openai.com/v1';

const shape = z.object({
  PORT: whole(0, 65_535).default(3000),
  HOST: text.default('127.0.0.1'),
  PUBLIC_URL: webUrl.optional(),
  ZAJEL_DATA: text.default('./data'),
  ADMIN_API_KEY: z.string().trim().min(16, 'at least 16 characters long').optional(),
  ENCRYPTION_KEY_HEX: hexKey.optional(),
  ENCRYPTION_KEYS_OLD_HEX: list
    .pipe(
      z.array(
        z.string().regex(HEX_KEY, 'a comma-separated list of keys of 64 hexadecimal digits').toLowerCase(),
      ),
    )
    .default([]),

  TEMPORAL_ADDRESS: hostAndPort.optional(),
  TEMPORAL_NAMESPACE: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/, 'a Temporal namespace name')
    .default('default'),
  TEMPORAL_API_KEY: secret.optional(),
  TEMPORAL_TLS: choice('true', 'false')
    .transform((value) => value === 'true')
    .optional(),
  TEMPORAL_TLS_CERT_PATH: text.optional(),
  TEMPORAL_TLS_KEY_PATH: text.optional(),
  TEMPORAL_TLS_CA_PATH: text.optional(),
  TEMPORAL_TLS_SERVER_NAME: text.optional(),
  TEMPORAL_PORT: whole(1, 65_535).default(7233),
  TEMPORAL_UI_PORT: whole(1, 65_535).default(8233),
  TEMPORAL_UI_URL: webUrl.optional(),
  TEMPORAL_UI_CODEC_TOKEN: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9_-]{24,}$/, 'at least 24 letters and digits (openssl rand -hex 24)')
    .optional(),
  TEMPORAL_CLI_PATH: text.optional(),
  TEMPORAL_TEST_SERVER_PATH: text.optional(),

  DATABASE_URL: url('postgres:', 'postgresql:').optional(),
  WEBHOOKS_TO_LOOPBACK: choice('true', 'false')
    .default('false')
    .transform((value) => value === 'true'),

  WINDOW_MS: whole(100, 600_000).default(8000),
  GRACE_PERIOD_MS: whole(0, 600_000).optional(),
  WINDOW_MAX_MS: whole(100, 3_600_000).optional(),
  MAX_RETRY_ATTEMPTS: whole(0, 100).default(3),

  GRAPH_API_URL: webUrl.default('https://graph.facebook.com/v23.0'),
  INSTAGRAM_API_URL: webUrl.default('https://graph.instagram.com/v23.0'),
  SHEETS_API_URL: webUrl.default('https://sheets.googleapis.com'),
  MODEL_BASE_URL: webUrl.default(OPENAI_URL),
  MODEL_API_KEY: secret.optional(),
  MODEL_NAME: text.default('gpt-4o-mini'),

  CHROMIUM_PATH: text.optional(),
  HOLD_LINES: choice('true', 'false')
    .default('true')
    .transform((value) => value === 'true'),
  WHATSAPP_WEB_VERSION: text.optional(),
  WHATSAPP_WEB_CACHE: text.optional(),

  LOG_LEVEL: choice('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent').default('info'),
  LOG_FORMAT: choice('pretty', 'json').optional(),
  SENTRY_DSN: z.string().trim().regex(DSN, 'an address like https://<key>@<host>/<project>').optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: webUrl.optional(),
});

/** The names of all settings. */
export const SETTING_NAMES: readonly string[] = Object.keys(shape.shape);
/** A window may be longer than the usual cap, or shorter than the usual grace, without these being named: they give way. */
const USUAL_WINDOW_MAX_MS = 15_000;
const USUAL_GRACE_PERIOD_MS = 2_000;

export const settingsSchema = shape
  .check(({ value, issues }) => {
    const wrong = (name: keyof typeof value, message: string) =>
      issues.push({ code: 'custom', path: [name], message, input: value });
    const { WINDOW_MS, WINDOW_MAX_MS, GRACE_PERIOD_MS } = value;
    if (WINDOW_MAX_MS !== undefined && WINDOW_MAX_MS < WINDOW_MS)
      wrong('WINDOW_MAX_MS', `at least WINDOW_MS (${WINDOW_MS})`);
    if (GRACE_PERIOD_MS !== undefined && GRACE_PERIOD_MS > WINDOW_MS)
      wrong('GRACE_PERIOD_MS', `at most WINDOW_MS (${WINDOW_MS})`);
    if ((value.TEMPORAL_TLS_CERT_PATH === undefined) !== (value.TEMPORAL_TLS_KEY_PATH === undefined)) {
      wrong(
        value.TEMPORAL_TLS_CERT_PATH === undefined ? 'TEMPORAL_TLS_CERT_PATH' : 'TEMPORAL_TLS_KEY_PATH',
        'set too: a certificate and its key belong together',
      );
    }
  })
  .transform((value) => ({
    ...value,
    GRACE_PERIOD_MS: value.GRACE_PERIOD_MS ?? Math.min(USUAL_GRACE_PERIOD_MS, value.WINDOW_MS),
    WINDOW_MAX_MS: value.WINDOW_MAX_MS ?? Math.max(USUAL_WINDOW_MAX_MS, value.WINDOW_MS),
  }));

/** All settings, checked. What is `undefined` has no value here: it is generated, found, or not wanted. */
export type Settings = Readonly<z.output<typeof settingsSchema>>;
