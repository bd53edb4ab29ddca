import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lines } from '../../start/phone/lines.ts';
import { ROOT } from '../../start/root.ts';
import { RunningZajel } from '../support/running-zajel.ts';

interface Phone {
  readonly code: number | null;
  readonly said: readonly string[];
  readonly complaint: string;
}

async function phone(
  typed: readonly string[],
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  heard: (said: string) => void = () => undefined,
): Promise<Phone> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(ROOT, 'start/phone.ts'), ...args],
    {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  let out = '';
  let complaint = '';
  child.stdout.on('data', (bytes: Buffer) => {
    out += bytes.toString();
    heard(out);
  });
  child.stderr.on('data', (bytes: Buffer) => (complaint += bytes.toString()));
  child.stdin.end(typed.map((line) => `${line}\n`).join(''));
  await once(child, 'close');
  return { code: child.exitCode, said: out.split('\n').filter((line) => line !== ''), complaint };
}

describe('a phone in the terminal', () => {
  const uiPort = String(20_000 + Math.floor(Math.random() * 12_000));
  const zajel = new RunningZajel({ TEMPORAL_UI_PORT: uiPort });
  beforeAll(() => zajel.start());
  afterAll(() => zajel.remove());
  const env = (): Record<string, string> => ({
    ZAJEL_DATA: zajel.folder,
    TEMPORAL_UI_PORT: uiPort,
  });

  it('shows the window, one answer to three fragments, and the run that gave it', async () => {
    // However slow the machine: the window is as long as it takes to see all three in it, and then ended by hand.
    const number = '201055511133';
    await zajel.call('PATCH', '/api/merchants/demo/settings', {
      window: { ms: 600_000, graceMs: 0, maxMs: 600_000 },
    });
    let flushed: Promise<unknown> | undefined;
    const flushOnceAllAreIn = (out: string): void => {
      if (!/^window: 3 gathered/m.test(out)) return;
      flushed ??= zajel.call('POST', `/api/merchants/demo/conversations/simulator/${number}/flush`);
    };
    const { code, said, complaint } = await phone(
      ['بكم', 'القميص', 'القطن؟'],
      ['--url', zajel.url, '--number', number],
      env(),
      flushOnceAllAreIn,
    );
    await flushed;
    await zajel.call('PATCH', '/api/merchants/demo/settings', {
      window: { ms: 800, graceMs: 200, maxMs: 2_000 },
    });
    expect(complaint).toBe('');
    expect(code).toBe(0);
    expect(said.filter((line) => line.startsWith('bot: '))).toHaveLength(1);
    expect(said.find((line) => line.startsWith('bot: '))).toContain('350');
    expect(said.some((line) => /^window: 3 gathered, ends at \d{4}-/.test(line))).toBe(true);
    const link = said.find((line) => line.startsWith('run: '))?.slice('run: '.length) ?? '';
    expect(link).toMatch(
      /\/namespaces\/default\/workflows\/conversation%2Fdemo%2Fsimulator%2F[\w-]{22}\/[0-9a-f-]{36}\/history$/,
    );
  });

  it('keeps its number when one is given, and shows only what arrives from then on', async () => {
    const number = ['--url', zajel.url, '--number', '201055511122'];
    await phone(['بكم العطر؟'], number, env());
    const { said } = await phone(['بكم الشنطة؟'], number, env());
    const answers = said.filter((line) => line.startsWith('bot: '));
    expect(answers).toHaveLength(1);
    expect(answers[0]).toContain('890');
  });

  it('says in one sentence that this Zajel does not take the key', async () => {
    const { code, complaint } = await phone(['x'], ['--url', zajel.url], {
      ...env(),
      ADMIN_API_KEY: 'k'.repeat(20),
    });
    expect(code).toBe(1);
    expect(complaint).toMatch(/^zajel: .*does not take this key.*\n$/);
  });

  it('says in one sentence that there is no such line', async () => {
    const { code, complaint } = await phone(['x'], ['--url', zajel.url, '--line', 'nowhere'], env());
    expect(code).toBe(1);
    expect(complaint).toMatch(/^zajel: .*no simulated line demo\/nowhere.*\n$/);
  });
});

describe('a phone without a Zajel', () => {
  it('says in one sentence that none is running, and how to start it', async () => {
    const { code, complaint } = await phone(['x'], ['--url', 'http://127.0.0.1:9'], {
      ADMIN_API_KEY: 'k'.repeat(20),
    });
    expect(code).toBe(1);
    expect(complaint).toBe("zajel: Zajel isn't running at http://127.0.0.1:9: npm start\n");
  });

  it('says in one sentence that no key has been made yet', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'zajel-phone-'));
    const { code, complaint } = await phone(['x'], [], { ZAJEL_DATA: empty, ADMIN_API_KEY: '' });
    rmSync(empty, { recursive: true });
    expect(code).toBe(1);
    expect(complaint).toMatch(/^zajel: there is no admin key in .* npm start.*\n$/);
  });
});

describe('the lines of a message', () => {
  it('are cut between words to the width of a narrow terminal, combining marks and emoji families whole', () => {
    expect(lines('السعر ٣٥٠ جنيه للقطعة', 12)).toEqual(['السعر ٣٥٠', 'جنيه للقطعة']);
    expect(lines('👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 8)).toEqual(['👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦', '👨‍👩‍👧‍👦']);
    expect(lines('مُمَّمُمَّمُمَّمُمَّ', 8)).toHaveLength(1);
  });

  it('never carry a command to the terminal', () => {
    expect(lines('red \u001b[31m bell \u0007 back\r up', 80)).toEqual(['red [31m bell  back up']);
  });
});
