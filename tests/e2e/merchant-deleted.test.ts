import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { lineId, merchantId } from '../../domain/ids.ts';
import { lineHouse, type LineHouse } from './line-rig.ts';
import { until } from './whatsapp-web-rig.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const LINE = lineId('main');
const fakes = mkdtempSync(path.join(tmpdir(), 'zajel-no-browser-'));
const chromium = path.join(fakes, 'chromium');

describe('a merchant who is deleted', () => {
  let the: LineHouse;
  beforeAll(async () => {
    // It ends at once, and the line goes on trying.
    writeFileSync(chromium, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    the = await lineHouse({ chromiumPath: chromium });
  });
  afterAll(async () => {
    await the.close();
    rmSync(fakes, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await Promise.all([opened('leaving'), opened('staying')]);
  });

  const opened = async (merchant: string): Promise<void> => {
    const shop = { id: merchant, name: 'متجر', country: 'EG', timezone: 'Africa/Cairo' };
    await the.ask('POST', '/api/merchants', shop);
    await the.ask('POST', `/api/merchants/${merchant}/lines`, { id: LINE, channel: 'whatsapp-web' });
    const started = await the.ask('POST', `/api/merchants/${merchant}/lines/${LINE}/start`);
    expect(started.status).toBe(200);
    for (const file of filesOf(merchant)) {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, 'of this merchant');
    }
    await until('the line is tried', () => isKept(merchant));
  };
  const filesOf = (merchant: string): string[] => [
    path.join(the.folder, 'media', merchant, 'ab', 'abcdef'),
    path.join(the.folder, 'sessions', merchant, LINE, 'profile', 'login'),
    path.join(the.folder, 'sessions', merchant, LINE, 'backups', 'login.sealed'),
  ];
  const filesLeft = (merchant: string): string[] => filesOf(merchant).filter((file) => existsSync(file));
  const isKept = (merchant: string): Promise<boolean> =>
    the.house.lineMail.isKept({ merchant: merchantId(merchant), line: LINE });
  const stays = async (): Promise<void> => {
    expect(filesLeft('staying')).toEqual(filesOf('staying'));
    expect(await isKept('staying')).toBe(true);
    expect((await the.ask('GET', `/api/merchants/staying/lines/${LINE}`)).body['desired']).toBe('started');
  };

  it('leaves no line open, no customer’s file and no login behind; another merchant keeps theirs', async () => {
    expect((await the.ask('DELETE', '/api/merchants/leaving')).status).toBe(204);
    expect(await isKept('leaving')).toBe(false);
    expect(existsSync(path.join(the.folder, 'media', 'leaving'))).toBe(false);
    expect(existsSync(path.join(the.folder, 'sessions', 'leaving'))).toBe(false);
    await stays();
    expect((await the.ask('DELETE', '/api/merchants/leaving')).status).toBe(404);
  });

  it('is not kept by a line that nobody holds', async () => {
    await the.stopWorker();
    expect((await the.ask('DELETE', '/api/merchants/leaving')).status).toBe(204);
    expect(filesLeft('leaving')).toEqual([]);
    await stays();
  });
});
