import { execFileSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { explain } from '../../console/explain.ts';
import { CallError } from '../../console/http.ts';
import { makeLocale } from '../../console/locale.tsx';
import { lineId, merchantId } from '../../domain/ids.ts';
import { lineHouse, type LineHouse } from './line-rig.ts';
import { until } from './whatsapp-web-rig.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const CONNECTION = '/api/whatsapp/persistent-connection';
const of = (line: string): string => `/api/merchants/shop/lines/${line}`;

/** A place with less than the 200 MB that a browser needs: a small file system of our own, or one that the machine has. */
const small = smallPlace();
const fakes = mkdtempSync(path.join(tmpdir(), 'zajel-no-browser-'));
const chromium = path.join(fakes, 'chromium');
const installChromium = (): void => writeFileSync(chromium, '#!/bin/sh\nexit 1\n', { mode: 0o755 });

describe('what can’t be done with a WhatsApp line is said in a sentence, and its state stays true', () => {
  let the: LineHouse;
  beforeAll(async () => {
    the = await lineHouse({ chromiumPath: chromium });
    const shop = {
      id: 'shop',
      name: 'متجر',
      country: 'EG',
      timezone: 'Africa/Cairo',
      language: 'ar',
      currency: 'EGP',
    };
    expect((await the.ask('POST', '/api/merchants', shop)).status).toBe(201);
  });
  afterAll(async () => {
    await the.close();
    small?.remove();
    rmSync(fakes, { recursive: true, force: true });
  });

  const newLine = async (id: string): Promise<void> => {
    const created = await the.ask('POST', '/api/merchants/shop/lines', { id, channel: 'whatsapp-web' });
    expect(created.status).toBe(201);
  };
  const isStopped = async (id: string): Promise<void> => {
    const { body } = await the.ask('GET', of(id));
    expect(body).toMatchObject({ state: 'stopped', desired: 'stopped', history: [{ why: 'created' }] });
    expect(body['advice']).toMatchObject([{ code: 'start-line' }]);
  };
  /** The API's own sentence, and the console's in both languages. */
  const saysIn = (answer: Awaited<ReturnType<LineHouse['ask']>>, status: number, code: string): string[] => {
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    const detail = String(answer.body['detail']);
    const error = new CallError({ kind: 'refused', status, code, detail, fields: [], requestId: '' });
    return [
      detail,
      ...(['en', 'ar'] as const).map((language) =>
        explain(error, makeLocale(language, 'EG', 'Africa/Cairo')),
      ),
    ];
  };
  const eachSays = (sentences: readonly string[], words: RegExp): void => {
    for (const sentence of sentences) {
      expect(sentence).toMatch(words);
      expect(sentence).toMatch(/\.$/);
    }
    expect(sentences.at(-1)).toMatch(/[\u0600-\u06ff]{3}/);
  };

  it('no Chromium where CHROMIUM_PATH says', async () => {
    await newLine('blind');
    const refused = await the.ask('POST', `${of('blind')}/start`);
    eachSays(saysIn(refused, 409, 'no-chromium'), /CHROMIUM_PATH/);
    expect(refused.body['detail']).toContain(chromium);
    await isStopped('blind');
    const initialized = await the.ask('POST', CONNECTION, { line: 'blind', action: 'initialize' });
    eachSays(saysIn(initialized, 409, 'no-chromium'), /CHROMIUM_PATH/);
    await isStopped('blind');
  });

  it('a Chromium that is taken away while the line is wanted: it says so, and goes on when there is one again', async () => {
    await newLine('bereft');
    installChromium();
    expect((await the.ask('POST', `${of('bereft')}/start`)).status).toBe(200);
    const reason = (code: string): Promise<unknown> =>
      until(`the reason ${code}`, async () => (await the.ask('GET', of('bereft'))).body['reason'] === code);
    await reason('start-failed');
    rmSync(chromium);
    await reason('no-chromium');
    const { body } = await the.ask('GET', of('bereft'));
    expect(body).toMatchObject({ state: 'degraded', desired: 'started' });
    expect(body['advice']).toMatchObject([{ code: 'install-chromium' }]);
    expect(JSON.stringify(body['advice'])).toMatch(/"ar":"[^"]*CHROMIUM_PATH.*"en":"[^"]*CHROMIUM_PATH/);
    expect((await the.ask('GET', `${CONNECTION}?merchant=shop&line=bereft`)).body).toMatchObject({
      connection: { isConnected: false },
    });
    expect((await the.ask('POST', `${of('bereft')}/stop`)).body['state']).toBe('stopped');
  });

  it('a folder that belongs to another user', async () => {
    await newLine('foreign');
    installChromium();
    const folder = the.directoryOf('foreign');
    mkdirSync(path.join(folder, 'profile'), { recursive: true });
    if (process.getuid?.() === 0) chownSync(path.join(folder, 'profile'), 12_345, 12_345);
    else chmodSync(folder, 0o500);
    eachSays(saysIn(await the.ask('POST', `${of('foreign')}/start`), 409, 'not-writable'), /chown/);
    await isStopped('foreign');
    chmodSync(folder, 0o700);
  });

  it.skipIf(small === null)('no space (needs a small file system, or the right to make one)', async () => {
    await newLine('full');
    installChromium();
    mkdirSync(path.dirname(the.directoryOf('full')), { recursive: true });
    symlinkSync(small?.folder ?? '', the.directoryOf('full'));
    eachSays(saysIn(await the.ask('POST', `${of('full')}/start`), 409, 'no-space'), /200/);
    await isStopped('full');
    rmSync(the.directoryOf('full'));
  });

  it('a line that is not there, whatever is asked of it, and nobody begins to keep one', async () => {
    for (const [method, rest, body] of [
      ['GET', ''],
      ['POST', '/start'],
      ['POST', '/stop'],
      ['POST', '/restart'],
      ['POST', '/logout'],
      ['GET', '/qr'],
      ['POST', '/pairing-code', { phone: '201000000001' }],
      ['PATCH', '', { pace: null }],
      ['DELETE', ''],
    ] as const)
      eachSays(saysIn(await the.ask(method, of('nowhere') + rest, body), 404, 'unknown-line'), /\S/);
    for (const action of ['initialize', 'reconnect', 'restart-browser', 'health-check', 'clear-session']) {
      const asked = { merchant: 'shop', line: 'nowhere', action, confirm: true };
      eachSays(saysIn(await the.ask('POST', CONNECTION, asked), 404, 'unknown-line'), /\S/);
    }
    const malformed = await the.ask('POST', `${of('No Line!')}/start`);
    expect([400, 404, 422]).toContain(malformed.status);
    const ref = { merchant: merchantId('shop'), line: lineId('nowhere') };
    expect(await the.house.lineMail.isKept(ref)).toBe(false);
  });

  it('clear-session without confirmation', async () => {
    await newLine('unconfirmed');
    const asked = { merchant: 'shop', line: 'unconfirmed', action: 'clear-session' };
    eachSays(saysIn(await the.ask('POST', CONNECTION, asked), 422, 'confirmation-needed'), /confirm|تأكيد/);
    await isStopped('unconfirmed');
  });

  it('no process that holds lines', async () => {
    await newLine('orphan');
    await the.stopWorker();
    await the.startWorker({ holdsLines: false });
    eachSays(saysIn(await the.ask('POST', `${of('orphan')}/start`), 409, 'no-line-worker'), /npm run worker/);
    await isStopped('orphan');
  });
});

function smallPlace(): { readonly folder: string; remove(): void } | null {
  const mounted = mkdtempSync(path.join(tmpdir(), 'zajel-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m,mode=0700', 'tmpfs', mounted], { stdio: 'ignore' });
    return {
      folder: mounted,
      remove: () => {
        execFileSync('umount', [mounted]);
        rmSync(mounted, { recursive: true });
      },
    };
  } catch {
    rmSync(mounted, { recursive: true });
  }
  for (const place of ['/run/lock', '/dev/shm', '/run/user']) {
    try {
      accessSync(place, constants.W_OK);
      const { bavail, bsize } = statfsSync(place);
      if (bavail * bsize >= 200 * 1024 * 1024) continue;
      const folder = mkdtempSync(path.join(place, 'zajel-small-'));
      return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
    } catch {
      // Not here, or not ours.
    }
  }
  return null;
}
