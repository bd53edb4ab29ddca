import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { downloadMedia, type MediaRequest } from '../../channels/media.ts';
import { isPrivateAddress } from '../../channels/private-address.ts';
import { startServer, type Heard, type Server } from '../doubles/far-end/server.ts';
import { within } from './outgoing.ts';

let files: Server;
let serve: (heard: Heard) => void = ({ reply }) => reply(404, 'gone');
let folder: string;
const bytes = Buffer.from('صوت');

beforeAll(async () => {
  files = await startServer({}, (heard) => serve(heard));
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zajel-media-'));
});
afterEach(() => rm(folder, { recursive: true }));
afterAll(() => files.close());

const path = (): string => join(folder, 'voice.ogg');

describe('an address that leads inside', () => {
  const request = (url: string): MediaRequest => ({
    url,
    toPath: path(),
    context: within(5_000),
    allowLoopback: false,
  });

  it.each([
    'http://example.com/a.jpg',
    'https://127.0.0.1/a.jpg',
    'https://[::1]/a.jpg',
    'https://[::ffff:169.254.169.254]/latest/meta-data',
    'https://169.254.169.254/latest/meta-data',
    'https://10.0.0.1/a.jpg',
    'https://localhost/a.jpg',
    'https://0x7f000001/a.jpg',
    'file:///etc/passwd',
    'no address',
  ])('%s is refused', async (url) => {
    expect(await downloadMedia(request(url))).toMatchObject({
      ok: false,
      failure: { class: 'permanent', reason: 'media-address-refused' },
    });
  });

  it('by a redirect is refused, also from a double on this machine', async () => {
    serve = ({ reply }) => reply(302, '', { location: 'http://169.254.169.254/latest/meta-data' });
    const outcome = await downloadMedia({ ...request(`${files.url}/x`), allowLoopback: true });
    expect(outcome).toMatchObject({
      ok: false,
      failure: { class: 'permanent', reason: 'media-address-refused' },
    });
  });

  it('and redirects for ever is given up', async () => {
    serve = ({ reply }) => reply(302, '', { location: '/again' });
    expect(await downloadMedia({ ...request(`${files.url}/x`), allowLoopback: true })).toMatchObject({
      ok: false,
      failure: { reason: 'too-many-redirects' },
    });
  });

  it('is known in every spelling', () => {
    for (const inside of [
      '10.1.2.3',
      '172.31.0.1',
      '192.168.1.1',
      '100.64.0.1',
      '::',
      '::1',
      'fd00::1',
      'fe80::1',
      '::ffff:10.0.0.1',
      '64:ff9b::a00:1',
      '2002:a00:1::',
      'x',
    ]) {
      expect([inside, isPrivateAddress(inside)]).toEqual([inside, true]);
    }
    for (const outside of [
      '157.240.1.1',
      '172.32.0.1',
      '2a03:2880:f12f:83:face:b00c:0:25de',
      '::ffff:157.240.1.1',
    ]) {
      expect([outside, isPrivateAddress(outside)]).toEqual([outside, false]);
    }
  });
});

describe('a redirect to another host', () => {
  it('gets no credentials', async () => {
    const seen: (string | undefined)[] = [];
    const other = await startServer({}, ({ headers, reply }) => {
      seen.push(headers.authorization);
      reply(200, bytes);
    });
    serve = ({ headers, reply }) => {
      seen.push(headers.authorization);
      reply(302, '', { location: `${other.url}/file` });
    };
    const outcome = await downloadMedia({
      url: `${files.url}/x`,
      toPath: path(),
      context: within(5_000),
      allowLoopback: true,
      headers: { authorization: 'Bearer canary' },
    });
    await other.close();
    expect(outcome).toMatchObject({ ok: true });
    expect(seen).toEqual(['Bearer canary', undefined]);
  });
});
