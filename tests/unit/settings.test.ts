import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { modelEndpointOf } from '../../start/model-endpoint.ts';
import { SETTING_NAMES } from '../../start/settings-schema.ts';
import { readSettings, type Settings } from '../../start/settings.ts';

const settings = (env: Record<string, string>): Settings => {
  const result = readSettings(env);
  if (!result.ok) throw new Error(result.line);
  return result.settings;
};
const refusal = (env: Record<string, string>): string => {
  const result = readSettings(env);
  return result.ok ? 'accepted' : result.line;
};

describe('settings', () => {
  it('need nothing on one machine', () => {
    expect(settings({})).toMatchObject({
      PORT: 3000,
      HOST: '127.0.0.1',
      ZAJEL_DATA: './data',
      WINDOW_MS: 8000,
      WINDOW_MAX_MS: 15000,
    });
  });

  it('are all listed in .env.example, with their defaults, and nothing else is', () => {
    const file = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
    const listed = [...file.matchAll(/^# ([A-Z][A-Z0-9_]+)=(.*)$/gm)].map(
      ([, name = '', value = '']) => [name, value] as const,
    );
    expect(listed.map(([name]) => name).sort()).toEqual([...SETTING_NAMES].sort());
    const spelledOut = Object.fromEntries(listed.filter(([, value]) => value !== ''));
    expect(settings(spelledOut)).toEqual(settings({}));
    const defaults = Object.entries(settings({})).filter(
      ([, value]) => value !== undefined && !Array.isArray(value),
    );
    expect(Object.keys(spelledOut).sort()).toEqual(defaults.map(([name]) => name).sort());
    expect(parseEnv(file)).toEqual({});
  });

  it('know a model to ask where there is a key for it, or a server of one’s own', () => {
    const endpoint = (env: Record<string, string>) => modelEndpointOf(settings(env));
    expect(endpoint({})).toBeNull();
    expect(endpoint({ MODEL_NAME: 'gpt-4o', MODEL_BASE_URL: 'https://api.openai.com/v1/' })).toBeNull();
    expect(endpoint({ MODEL_API_KEY: 'sk-1' })).toEqual({
      baseUrl: 'https://api.openai.com/v1',
      apiKey: 'sk-1',
      model: 'gpt-4o-mini',
    });
    expect(endpoint({ MODEL_BASE_URL: 'http://127.0.0.1:11434/v1', MODEL_NAME: 'qwen2.5' })).toEqual({
      baseUrl: 'http://127.0.0.1:11434/v1',
      apiKey: null,
      model: 'qwen2.5',
    });
  });

  it('count an empty value as not set', () => {
    expect(settings({ PORT: '', ADMIN_API_KEY: '  ' })).toEqual(settings({}));
  });

  it.each([
    ['PORT', '70000'],
    ['PORT', '3000x'],
    ['TEMPORAL_ADDRESS', 'no-port'],
    ['ENCRYPTION_KEY_HEX', 'canary-5f3a'],
    ['ADMIN_API_KEY', 'canary-short'],
    ['DATABASE_URL', 'mysql://root:canary@db/x'],
    ['LOG_LEVEL', 'loud'],
    ['GRAPH_API_URL', 'graph'],
    ['WINDOW_MS', '-1'],
    ['WINDOW_MS', '8e3'],
    ['ENCRYPTION_KEYS_OLD_HEX', `${'a'.repeat(64)},canary`],
    ['TEMPORAL_TLS', 'yes'],
  ])(
    'refuse %s=%s in one line that names it, says what it should be and does not quote it',
    (name, value) => {
      const line = refusal({ [name]: value });
      expect(line).toMatch(new RegExp(`^zajel: ${name} must be \\S`));
      expect(line).not.toContain('\n');
      expect(line).not.toContain(value);
      expect(line).not.toContain('canary');
    },
  );

  it('refuse a wrong value of each of them that can have one', () => {
    // Paths, names and secrets: any text may be right, and what is behind it shows at the start.
    const anyText = [
      'HOST',
      'ZAJEL_DATA',
      'TEMPORAL_API_KEY',
      'TEMPORAL_TLS_CERT_PATH',
      'TEMPORAL_TLS_KEY_PATH',
      'TEMPORAL_TLS_CA_PATH',
      'TEMPORAL_TLS_SERVER_NAME',
      'TEMPORAL_CLI_PATH',
      'TEMPORAL_TEST_SERVER_PATH',
      'MODEL_API_KEY',
      'MODEL_NAME',
      'CHROMIUM_PATH',
      'WHATSAPP_WEB_VERSION',
      'WHATSAPP_WEB_CACHE',
    ];
    const refused = SETTING_NAMES.filter((name) =>
      refusal({ [name]: 'canary 5f3a' }).startsWith(`zajel: ${name} must be `),
    );
    expect([...refused, ...anyText].sort()).toEqual([...SETTING_NAMES].sort());
  });

  it('refuse a ZAJEL_ name they do not know, and ignore strangers', () => {
    expect(refusal({ ZAJEL_DATTA: '/tmp' })).toContain('ZAJEL_DATTA is not a setting');
    expect(refusal({ HOME: '/x', NODE_ENV: 'test' })).toBe('accepted');
  });

  it('refuse a window that its own limits contradict, and lift the cap of a longer window nobody capped', () => {
    expect(refusal({ WINDOW_MS: '20000', WINDOW_MAX_MS: '15000' })).toContain(
      'WINDOW_MAX_MS must be at least WINDOW_MS',
    );
    expect(refusal({ WINDOW_MS: '1000', GRACE_PERIOD_MS: '2000' })).toContain(
      'GRACE_PERIOD_MS must be at most WINDOW_MS',
    );
    expect(settings({ WINDOW_MS: '20000' }).WINDOW_MAX_MS).toBe(20_000);
    expect(settings({ WINDOW_MS: '1500' }).GRACE_PERIOD_MS).toBe(1_500);
  });

  it('refuse half a client certificate', () => {
    expect(refusal({ TEMPORAL_TLS_CERT_PATH: '/a.pem' })).toContain('TEMPORAL_TLS_KEY_PATH must be set too');
  });
});
