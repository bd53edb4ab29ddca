import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Backups } from '../../channels/whatsapp-web/backup.ts';
import { classify } from '../../channels/whatsapp-web/classify.ts';
import { OwnSends } from '../../channels/whatsapp-web/own-sends.ts';
import { claim } from '../../channels/whatsapp-web/owner.ts';
import { parse } from '../../channels/whatsapp-web/parse.ts';
import { checkIntegrity, tidy } from '../../channels/whatsapp-web/profile.ts';
import { typingMs } from '../../channels/whatsapp-web/send.ts';
import { TIMINGS } from '../../channels/whatsapp-web/timings.ts';
import { TimedOut } from '../../channels/whatsapp-web/waiting.ts';

let folder: string;
let profile: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'zajel-parts-'));
  profile = path.join(folder, 'profile');
});
afterEach(() => rmSync(folder, { recursive: true }));

const DATABASE = 'Default/IndexedDB/https_web.whatsapp.com_0.indexeddb.leveldb';
const put = (name: string, content: string | Uint8Array): void => {
  const file = path.join(profile, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
};
const get = (name: string): string => readFileSync(path.join(profile, name), 'utf8');
const key = new Uint8Array(32).fill(9);
const newBackups = (withKey = key, ...old: Uint8Array[]): Backups =>
  new Backups(path.join(folder, 'backups'), profile, [withKey, ...old]);
const kept = (): string => path.join(folder, 'kept');

describe('backups of a login', () => {
  it('bring back every byte of the login, and nothing else of the profile', async () => {
    const large = Buffer.alloc(300_000, 'سر');
    put(`${DATABASE}/000003.log`, large);
    put(`${DATABASE}/empty.log`, '');
    put('Local State', '{"os_crypt":1}');
    put('Default/Cache/data_1', 'cache');
    expect(await newBackups().save()).toMatchObject({ did: 'saved' });
    rmSync(profile, { recursive: true });
    expect(await newBackups().restore(kept())).toMatch(/\.login$/);
    expect(readFileSync(path.join(profile, DATABASE, '000003.log')).equals(large)).toBe(true);
    expect(get(`${DATABASE}/empty.log`)).toBe('');
    expect(existsSync(path.join(profile, 'Default/Cache'))).toBe(false);
  });

  it('are encrypted, and open with their own key only', async () => {
    put('Local State', 'the-secret-of-the-login');
    await newBackups().save();
    for (const name of readdirSync(path.join(folder, 'backups')))
      expect(readFileSync(path.join(folder, 'backups', name)).includes('the-secret-of-the-login')).toBe(
        false,
      );
    expect(await newBackups(new Uint8Array(32)).restore(kept())).toBeNull();
    expect(get('Local State')).toBe('the-secret-of-the-login');
  });

  it('open after the key was changed while the old one is still named, and are made with the new one', async () => {
    const next = new Uint8Array(32).fill(5);
    put('Local State', 'made under the old key');
    await newBackups().save();
    rmSync(profile, { recursive: true });
    const rotated = newBackups(next, new Uint8Array(32).fill(1), key);
    expect(await rotated.restore(kept())).toMatch(/\.login$/);
    expect(get('Local State')).toBe('made under the old key');
    put('Local State', 'made under the new key, which is longer');
    await rotated.save();
    put('Local State', 'damaged');
    // The old key may be forgotten from here on.
    expect(await newBackups(next).restore(kept())).toMatch(/\.login$/);
    expect(get('Local State')).toBe('made under the new key, which is longer');
  });

  it('are made only when something changed, and three versions are kept', async () => {
    const backups = newBackups();
    for (const round of [1, 2, 3, 4, 5]) {
      put('Local State', 'x'.repeat(round));
      expect(await backups.save()).toMatchObject({ did: 'saved' });
      expect(await backups.save()).toEqual({ did: 'unchanged' });
    }
    expect(await backups.versions()).toHaveLength(3);
  });

  it('fall back to the last whole version when the newest is damaged, and keep what they replace', async () => {
    const backups = newBackups();
    put('Local State', 'first');
    await backups.save();
    put('Local State', 'second, longer');
    await backups.save();
    const [newest = ''] = await backups.versions();
    const file = path.join(folder, 'backups', newest);
    const bytes = readFileSync(file);
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    await backups.restore(kept());
    expect(get('Local State')).toBe('first');
    const [aside = ''] = readdirSync(kept());
    expect(readFileSync(path.join(kept(), aside, 'Local State'), 'utf8')).toBe('second, longer');
  });
});

describe('a profile', () => {
  it('past its limit loses caches and temporary files, never the login', async () => {
    put(`${DATABASE}/000003.log`, 'login');
    put('Default/Local Storage/leveldb/000004.log', 'login, too');
    put('Default/Cache/Cache_Data/f_0001', Buffer.alloc(50_000));
    put('Default/Service Worker/CacheStorage/x/y', Buffer.alloc(50_000));
    put('.org.chromium.Chromium.abc', 'left over');
    expect(await tidy(profile, 10_000)).toMatchObject({ after: 'login'.length + 'login, too'.length });
    expect(get(`${DATABASE}/000003.log`)).toBe('login');
  });

  it('below its limit keeps its caches', async () => {
    put('Default/Cache/f', 'cache');
    await tidy(profile, 10_000);
    expect(get('Default/Cache/f')).toBe('cache');
  });

  it('is told apart: no login, a whole one, one that Chromium would throw away', async () => {
    expect(await checkIntegrity(profile)).toEqual({ login: 'absent' });
    put(`${DATABASE}/CURRENT`, 'MANIFEST-000001\n');
    put(`${DATABASE}/MANIFEST-000001`, 'xxxxxxx\u0001\u0008idb_cmp1');
    expect(await checkIntegrity(profile)).toEqual({ login: 'sound' });
    put(`${DATABASE}/000005.ldb`, 'cut');
    expect(await checkIntegrity(profile)).toMatchObject({
      login: 'broken',
      why: '000005.ldb is cut or overwritten',
    });
  });

  it('is claimed by one owner at a time; a dead one’s claim is taken, also by one of many at once', async () => {
    const file = path.join(folder, 'owner.json');
    writeFileSync(file, JSON.stringify({ pid: 999_999, born: '1', host: 'x', token: 'dead', at: 0 }));
    const claims = await Promise.allSettled(Array.from({ length: 8 }, () => claim(file)));
    const won = claims.filter((one) => one.status === 'fulfilled');
    expect(won).toHaveLength(1);
    await won[0]?.value.renew();
    await won[0]?.value.release();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('what this line sent', () => {
  it('is remembered across processes, also when the last line of the journal was torn', async () => {
    const file = path.join(folder, 'sends.jsonl');
    const sends = await OwnSends.read(file);
    await sends.begin('a/0', '1@c.us', 'سلام');
    await sends.settle('a/0', 'true_1@c.us_X');
    await sends.begin('b/0', '1@c.us', 'شكرا');
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"key":"c/0","ch`);
    const again = await OwnSends.read(file);
    expect(again.keyOf('true_1@c.us_X')).toBe('a/0');
    expect(again.unsettled('1@c.us', 'شكرا', Date.now())?.key).toBe('b/0');
    expect(again.unsettled('1@c.us', 'سلام', Date.now())).toBeNull();
    expect(again.of('c/0')).toBeNull();
    expect(readFileSync(file, 'utf8')).not.toContain('شكرا');
  });
});

describe('failures of the library', () => {
  it.each([
    [
      'Protocol error (Runtime.callFunctionOn): Session closed. Most likely the page has been closed.',
      'unknown',
      'page-lost',
    ],
    ['Execution context was destroyed, most likely because of a navigation.', 'unknown', 'page-lost'],
    ["Attempted to use detached Frame 'ABC'.", 'unknown', 'page-lost'],
    ['Evaluation failed: something new', 'unknown', 'unexpected'],
  ])('"%s" may have been sent', (message, failureClass, reason) => {
    expect(classify(new Error(message))).toMatchObject({ class: failureClass, reason });
  });
  it('a string that the library throws, and silence, are no proof of "not sent" either', () => {
    expect(classify('ready timeout')).toMatchObject({ class: 'unknown' });
    expect(classify(new TimedOut('x'))).toMatchObject({ class: 'unknown', reason: 'page-silent' });
  });
});

describe('small rules', () => {
  it('typing takes one to twenty seconds, and never more than a third of the time there is', () => {
    expect(typingMs('نعم', TIMINGS.typing, 120_000)).toBe(1_000);
    expect(typingMs('ن'.repeat(200), TIMINGS.typing, 120_000)).toBe(9_000);
    expect(typingMs('ن'.repeat(4_000), TIMINGS.typing, 120_000)).toBe(20_000);
    expect(typingMs('ن'.repeat(4_000), TIMINGS.typing, 9_000)).toBe(3_000);
  });
  it('what can’t be read is malformed with its place, not an exception', () => {
    const [malformed] = parse({ event: 'message', account: 'main' });
    expect(malformed?.kind === 'malformed' && malformed.why).toMatch(/me: .*message: /);
    expect(parse(null)).toMatchObject([{ kind: 'malformed' }]);
  });
});
