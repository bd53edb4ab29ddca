import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { evolution } from '../../channels/evolution/channel.ts';
import { instagram } from '../../channels/instagram/channel.ts';
import { downloadMedia, type MediaRequest } from '../../channels/media.ts';
import { whatsappCloud } from '../../channels/whatsapp-cloud/channel.ts';
import { startEvolutionDouble, type EvolutionDouble } from '../doubles/evolution/double.ts';
import { startServer, type Heard, type Server } from '../doubles/far-end/server.ts';
import { startGraphDouble, type GraphDouble } from '../doubles/graph-api/double.ts';
import { within } from './outgoing.ts';

let graph: GraphDouble;
let evo: EvolutionDouble;
let files: Server;
let serve: (heard: Heard) => void = ({ reply }) => reply(404, 'gone');
let folder: string;
const voice = Buffer.from('OggS صوت '.repeat(50_000));
const sha256 = createHash('sha256').update(voice).digest('hex');
const account = { phoneNumberId: '1', accessToken: 'EAAcanary1234567890' };

beforeAll(async () => {
  graph = await startGraphDouble();
  evo = await startEvolutionDouble();
  files = await startServer({}, (heard) => serve(heard));
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zajel-media-'));
});
afterEach(async () => {
  graph.reset();
  evo.reset();
  await rm(folder, { recursive: true });
});
afterAll(() => Promise.all([graph.close(), evo.close(), files.close()]));

const cloud = () => whatsappCloud({ graphApiUrl: `${graph.url}/v23.0` });
const path = (): string => join(folder, 'voice.ogg');

describe("a customer's file", () => {
  it('of the Cloud API is fetched by its id, whole, with its hash', async () => {
    const handle = graph.addMedia({ bytes: voice, mimeType: 'audio/ogg; codecs=opus' });
    const outcome = await cloud().fetchMedia(account, { kind: 'audio', handle }, path(), within(5_000));
    expect(outcome).toEqual({
      ok: true,
      path: path(),
      bytes: voice.byteLength,
      mimeType: 'audio/ogg; codecs=opus',
      sha256,
    });
    expect((await readFile(path())).equals(voice)).toBe(true);
  });

  it('of Instagram is fetched from its address', async () => {
    serve = ({ reply }) => reply(200, voice, { 'content-type': 'audio/mp4' });
    const channel = instagram({ instagramApiUrl: graph.url });
    const outcome = await channel.fetchMedia(
      { accountId: '1', accessToken: 'x' },
      { kind: 'audio', handle: `${files.url}/a?signature=AbY` },
      path(),
      within(5_000),
    );
    expect(outcome).toMatchObject({ ok: true, bytes: voice.byteLength, mimeType: 'audio/mp4', sha256 });
  });

  it('of Evolution is asked for by its message, or fetched from the object store', async () => {
    evo.addMedia({ id: '3EB0', bytes: voice, mimeType: 'audio/ogg' });
    serve = ({ reply }) => reply(200, voice, { 'content-type': 'audio/ogg' });
    const line = { serverUrl: evo.url, instance: 'x', apiKey: 'k', byOperator: true };
    for (const handle of ['3EB0', `${files.url}/stored.ogg`]) {
      expect(
        await evolution().fetchMedia(line, { kind: 'audio', handle }, path(), within(5_000)),
      ).toMatchObject({ ok: true, bytes: voice.byteLength, mimeType: 'audio/ogg', sha256 });
    }
  });

  it('that a merchant’s own Evolution server places on this machine is not fetched', async () => {
    serve = ({ reply }) => reply(200, voice, { 'content-type': 'audio/ogg' });
    const line = { serverUrl: 'https://evolution.example', instance: 'x', apiKey: 'k', byOperator: false };
    expect(
      await evolution().fetchMedia(
        line,
        { kind: 'audio', handle: `${files.url}/inside` },
        path(),
        within(5_000),
      ),
    ).toMatchObject({ ok: false, failure: { class: 'permanent', reason: 'media-address-refused' } });
    expect(await readdir(folder)).toEqual([]);
  });

  it('longer than the limit is given up, and nothing of it stays', async () => {
    const handle = graph.addMedia({ bytes: voice, mimeType: 'audio/ogg' });
    evo.addMedia({ id: '3EB0', bytes: voice, mimeType: 'audio/ogg' });
    const small = { ...within(5_000), maxBytes: 1_000 };
    const line = { serverUrl: evo.url, instance: 'x', apiKey: 'k', byOperator: true };
    const outcomes = [
      await cloud().fetchMedia(account, { kind: 'audio', handle }, path(), small),
      await evolution().fetchMedia(line, { kind: 'audio', handle: '3EB0' }, path(), small),
    ];
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({
        ok: false,
        failure: { class: 'permanent', reason: 'media-too-large' },
      });
    expect(await readdir(folder)).toEqual([]);
  });

  it('that has expired is gone for good', async () => {
    const outcome = await cloud().fetchMedia(
      account,
      { kind: 'audio', handle: '9999999999999' },
      path(),
      within(5_000),
    );
    expect(outcome).toMatchObject({ ok: false, failure: { class: 'permanent' } });
  });

  it('behind an expired token stops the line', async () => {
    graph.expireToken(account.accessToken);
    const outcome = await cloud().fetchMedia(account, { kind: 'audio', handle: '1' }, path(), within(5_000));
    expect(outcome).toMatchObject({ ok: false, failure: { class: 'auth' } });
    expect(JSON.stringify(outcome)).not.toContain('canary');
  });

  it('that breaks off or hangs is fetched again later, and nothing of it stays', async () => {
    const request: MediaRequest = {
      url: `${files.url}/x`,
      toPath: path(),
      context: within(1_000),
      allowLoopback: true,
    };
    serve = ({ cutShort }) => cutShort(200, voice);
    expect(await downloadMedia(request)).toMatchObject({ ok: false, failure: { class: 'retryable' } });
    serve = () => undefined;
    expect(await downloadMedia(request)).toMatchObject({
      ok: false,
      failure: { class: 'retryable', reason: 'timed-out' },
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('that can not be written is tried again, not blamed on the network', async () => {
    serve = ({ reply }) => reply(200, voice);
    const outcome = await downloadMedia({
      url: `${files.url}/x`,
      toPath: join(folder, 'no', 'such', 'folder'),
      context: within(5_000),
      allowLoopback: true,
    });
    expect(outcome).toMatchObject({ ok: false, failure: { class: 'retryable', reason: 'cannot-store' } });
  });
});
