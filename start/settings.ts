import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { SETTING_NAMES, settingsSchema, type Settings } from './settings-schema.ts';

export type { Settings } from './settings-schema.ts';
export type SettingsResult =
  { readonly ok: true; readonly settings: Settings } | { readonly ok: false; readonly line: string };

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads all settings, or says in one line which one is wrong and what it should be. Never quotes a value: it may be a secret. */
export function readSettings(env: Environment): SettingsResult {
  const stranger = Object.keys(env).find(
    (name) => name.startsWith('ZAJEL_') && !SETTING_NAMES.includes(name),
  );
  if (stranger !== undefined)
    return refusal(stranger, 'is not a setting of Zajel: check the spelling against .env.example');
  // An empty value (`NAME=`) is how people switch a line of their .env off.
  const given = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => SETTING_NAMES.includes(name) && value?.trim() !== ''),
  );
  const parsed = settingsSchema.safeParse(given);
  if (parsed.success) return { ok: true, settings: parsed.data };
  const [issue] = parsed.error.issues;
  return refusal(String(issue?.path[0] ?? 'the settings'), `must be ${issue?.message ?? 'readable'}`);
}

const refusal = (name: string, complaint: string): SettingsResult => ({
  ok: false,
  line: `zajel: ${name} ${complaint}`,
});

/** The process's environment over the `.env` file of the project's folder, if there is one. */
export function environment(root: string, own: Environment = process.env): Environment {
  const file = join(root, '.env');
  return existsSync(file) ? { ...parseEnv(readFileSync(file, 'utf8')), ...own } : own;
}

/** What every program of Zajel starts with: its settings, or one line and the end. */
export function settingsOrExit(root: string): Settings {
  const result = readSettings(environment(root));
  if (result.ok) return result.settings;
  process.stderr.write(`${result.line}\n`);
  process.exit(1);
}
