import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { DYNAMIC_CONFIG } from '../../start/embedded-temporal/server.ts';
import { readSettings } from '../../start/settings.ts';
import { SETTING_NAMES, settingsSchema } from '../../start/settings-schema.ts';
import { ROOT } from '../../start/root.ts';

const service = z.looseObject({
  build: z.union([z.string(), z.object({ context: z.string(), target: z.string() })]).optional(),
  profiles: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  command: z.array(z.string()).optional(),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.unknown()).default({}),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
});
const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
const compose = z
  .object({
    name: z.string(),
    services: z.record(z.string(), service),
    volumes: z.record(z.string(), z.unknown()),
  })
  .loose()
  .parse(parse(text, { merge: true }));
const services = Object.entries(compose.services);
const ours = services.filter(([, { build }]) => build !== undefined);
const image = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');

describe('docker-compose.yml', () => {
  it('starts what is there, with the settings that exist', () => {
    expect(ours.map(([name]) => name)).toEqual(expect.arrayContaining(['api', 'worker']));
    for (const [name, { environment, command = [] }] of ours) {
      const unknown = Object.keys(environment).filter((key) => !SETTING_NAMES.includes(key));
      expect(unknown, `settings of ${name}`).toEqual([]);
      const script = command.find((word) => word.endsWith('.ts')) ?? '';
      expect(existsSync(join(ROOT, script)), `${name} starts ${script}`).toBe(true);
    }
  });

  it('passes settings that Zajel accepts, also where nothing but the secrets is set', () => {
    const secrets: Record<string, string> = {
      POSTGRES_PASSWORD: 'p4ssword',
      ENCRYPTION_KEY_HEX: 'ab'.repeat(32),
      ADMIN_API_KEY: 'an-admin-key-of-some-length',
      TEMPORAL_UI_CODEC_TOKEN: 'cd'.repeat(24),
    };
    for (const [name, { environment }] of ours) {
      const given = Object.fromEntries(
        Object.entries(environment).map(([key, value]) => [key, filledIn(String(value), secrets)]),
      );
      expect(readSettings(given), `settings of ${name}`).toMatchObject({ ok: true });
    }
  });

  it('asks for every secret by name, and names each variable where people look for it', () => {
    const example = readFileSync(join(ROOT, '.env.example'), 'utf8');
    const variables = [...text.matchAll(/\$\{([A-Z_]+)(:[?-])?/g)];
    expect(variables.length).toBeGreaterThan(5);
    for (const [, name = '', form] of variables) {
      expect(example, `${name} in .env.example`).toContain(`${name}=`);
      if (/PASSWORD|KEY_HEX$|API_KEY|TOKEN/.test(name)) expect(form, `${name} has no default`).toBe(':?');
    }
  });

  it('waits for what it needs, keeps what must be kept, and is open to this host only', () => {
    for (const [name, { depends_on, volumes, ports }] of services) {
      for (const needed of Object.keys(depends_on))
        expect(compose.services[needed]?.healthcheck, `${needed}, which ${name} waits for`).toBeDefined();
      for (const volume of volumes) {
        const [source = ''] = volume.split(':');
        const isThere = source.startsWith('./') ? existsSync(join(ROOT, source)) : source in compose.volumes;
        expect(isThere, `volume ${source} of ${name}`).toBe(true);
      }
      for (const port of ports) expect(port, `port of ${name}`).toMatch(/^127\.0\.0\.1:/);
    }
    const apiPort = compose.services['api']?.ports[0]?.split(':').at(-1);
    expect(apiPort).toBe(String(settingsSchema.parse({}).PORT));
    expect(image).toContain(`EXPOSE ${apiPort ?? ''}`);
    expect(compose.services['api']?.healthcheck?.test.join(' ')).toContain(`:${apiPort ?? ''}/readyz`);
  });
});

describe('the Temporal server of one’s own', () => {
  it('is told what the embedded one is told, but for the partitions that it may want', () => {
    const { temporal } = compose.services;
    const [file = '', inside = ''] = temporal?.volumes[0]?.split(':') ?? [];
    expect(`/etc/temporal/${temporal?.environment['DYNAMIC_CONFIG_FILE_PATH'] ?? ''}`).toBe(inside);
    const told = z
      .record(z.string(), z.tuple([z.object({ value: z.union([z.number(), z.boolean()]) })]))
      .parse(parse(readFileSync(join(ROOT, file), 'utf8')));
    expect(Object.entries(told).map(([name, [{ value }]]) => `${name}=${String(value)}`)).toEqual(
      DYNAMIC_CONFIG.filter((line) => !line.includes('Partitions=')),
    );
  });

  it('has a UI that reads payloads where this house opens them, for browsers that come from the UI', () => {
    const { 'temporal-ui': ui, api } = compose.services;
    const secrets = { TEMPORAL_UI_CODEC_TOKEN: 'cd'.repeat(24) };
    const [host, outside] = (ui?.ports[0] ?? '').split(':');
    expect(filledIn(String(ui?.environment['TEMPORAL_CODEC_ENDPOINT']), secrets)).toBe(
      `http://localhost:${api?.ports[0]?.split(':')[1] ?? ''}/codec/${secrets.TEMPORAL_UI_CODEC_TOKEN}`,
    );
    expect(host).toBe('127.0.0.1');
    expect(filledIn(String(api?.environment['TEMPORAL_UI_URL']), {})).toBe(
      `http://localhost:${outside ?? ''}`,
    );
  });
});

describe('the worker that holds lines', () => {
  const { lines, ...others } = compose.services;

  it('is there only when it is asked for, and then it alone holds them', () => {
    expect(lines?.profiles).toEqual(['lines']);
    expect(lines?.environment['HOLD_LINES'] ?? 'true').toBe('true');
    expect(others['worker']?.environment['HOLD_LINES']).toBe('false');
  });

  it('has a browser where CHROMIUM_PATH says, which the image of the others has not', () => {
    const build = lines?.build;
    expect(typeof build === 'object' && build.target).toBe('lines');
    const stages = image.split(/^FROM /m).slice(1);
    const stage = stages.find((one) => /^\S+ AS lines\n/.test(one)) ?? '';
    expect(stage).toContain('install -y --no-install-recommends chromium');
    expect(stage).toContain('ENV CHROMIUM_PATH=/usr/bin/chromium');
    // What runs is nobody's root: Chromium's sandbox would be off.
    expect(stage.lastIndexOf('USER node')).toBeGreaterThan(stage.lastIndexOf('USER root'));
    expect(stages.at(-1)?.trim()).toBe('zajel');
  });

  it('keeps the logins on a volume of their own, where Zajel looks for them, and shares files with the API', () => {
    expect(lines?.volumes).toEqual(['zajel-data:/data', 'zajel-sessions:/data/sessions']);
    expect(others['api']?.volumes).toEqual(['zajel-data:/data']);
    expect(image).toContain('ZAJEL_DATA=/data');
    expect(image).toContain('mkdir -p /data/sessions && chown -R node:node /data');
    expect(readFileSync(join(ROOT, 'start', 'parts.ts'), 'utf8')).toContain("folder.inside('sessions')");
  });
});

describe('the image', () => {
  it('holds everything that is imported by what it starts', () => {
    const left = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const seen = new Set<string>();
    const follow = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      expect(
        left.some((folder) => file.startsWith(`${folder}/`)),
        `${file} is left out of the image`,
      ).toBe(false);
      const code = readFileSync(join(ROOT, file), 'utf8');
      for (const [, path = ''] of code.matchAll(/(?:from|import)\s*\(?'(\.[^']+\.tsx?)'/g))
        follow(join(file, '..', path));
    };
    for (const [, { command = [] }] of ours) follow(command.find((word) => word.endsWith('.ts')) ?? '');
    expect(seen.size).toBeGreaterThan(100);
    // What runs must not need a package that is there for development only.
    const { devDependencies } = z
      .object({ devDependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
    const needed = [...seen].flatMap((file) =>
      [
        ...readFileSync(join(ROOT, file), 'utf8').matchAll(
          /^(?:import|export) (?!type)[^;]*?from '([^.'][^']*)'/gm,
        ),
      ].map(([, name = '']) => name),
    );
    expect(needed.filter((name) => name in devDependencies)).toEqual([]);
  });
});

function filledIn(value: string, secrets: Readonly<Record<string, string>>): string {
  return value.replace(
    /\$\{([A-Z_]+)(?::([?-])([^}]*))?\}/g,
    (_, name: string, form: string, rest: string) => secrets[name] ?? (form === '-' ? rest : ''),
  );
}
