import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { verifySignature } from '../../channels/meta/signature.ts';
import { whatsappCloud } from '../../channels/whatsapp-cloud/channel.ts';
import { startGraphDouble, type GraphDouble } from '../doubles/graph-api/double.ts';
import { listener } from './listener.ts';

let double: GraphDouble;
const channel = whatsappCloud({ graphApiUrl: 'http://127.0.0.1:9' });
beforeAll(async () => {
  double = await startGraphDouble();
});
afterEach(() => double.reset());
afterAll(() => double.close());

const control = async (path: string, method = 'GET', body?: unknown): Promise<unknown> => {
  const response = await fetch(`${double.url}/control/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.json();
};

describe('the Graph double', () => {
  it('signs what it posts as Meta does: escaped letters and slashes, over the raw bytes', async () => {
    const posted: { body: Buffer; signature: unknown }[] = [];
    const callback = await listener((body, headers) =>
      posted.push({ body, signature: headers['x-hub-signature-256'] }),
    );
    double.callback({ url: callback.url, appSecret: 'سر' });
    double.say({
      account: '111',
      from: '9647701234567',
      text: 'مرحبا / 🖤',
      atMs: 1760000000000,
      id: 'wamid.1',
    });
    await double.settled();
    await callback.close();
    const [{ body, signature } = { body: Buffer.of(), signature: '' }] = posted;
    expect(body.toString('latin1')).toMatch(/\\u0645\\u0631\\u062d\\u0628\\u0627 \\\/ \\ud83d\\udda4/);
    expect(verifySignature(body, String(signature), 'سر')).toBe(true);
    expect(channel.parse(JSON.parse(body.toString('utf8')))).toMatchObject([
      { kind: 'message', id: 'wamid.1', text: 'مرحبا / 🖤', atMs: 1760000000000 },
    ]);
  });

  it('posts again what was refused, until it is taken', async () => {
    let refusals = 2;
    const taken: Buffer[] = [];
    const callback = await listener(
      (body) => taken.push(body),
      () => (refusals-- > 0 ? 503 : 200),
    );
    double.callback({ url: callback.url, appSecret: 's' });
    double.say({ account: '111', from: '1', text: 'هلو' });
    await double.settled();
    await callback.close();
    expect(taken).toHaveLength(1);
    expect(double.webhooks()).toMatchObject([{ attempts: 3, status: 200 }]);
  });

  it('strikes the share of requests it was told to, the same in every run', async () => {
    const strike = async (): Promise<(string | null)[]> => {
      const seeded = await startGraphDouble({ seed: 7 });
      seeded.fail({ kind: 'http', status: 503, share: 0.3 });
      for (let n = 0; n < 100; n += 1) {
        await fetch(`${seeded.url}/v23.0/1/messages`, {
          method: 'POST',
          headers: { authorization: 'Bearer x' },
          body: JSON.stringify({ messaging_product: 'whatsapp', to: '1', text: { body: String(n) } }),
        }).then((response) => response.text());
      }
      const faults = seeded.received().map(({ fault }) => fault);
      await seeded.close();
      return faults;
    };
    const first = await strike();
    const struck = first.filter((fault) => fault !== null).length;
    expect(struck).toBeGreaterThan(15);
    expect(struck).toBeLessThan(45);
    expect(await strike()).toEqual(first);
  });

  it('is steered over HTTP as from TypeScript', async () => {
    await control('faults', 'POST', { kind: 'error', code: 131056, times: 1 });
    const send = () =>
      fetch(`${double.url}/v23.0/111/messages`, {
        method: 'POST',
        headers: { authorization: 'Bearer x' },
        body: JSON.stringify({
          messaging_product: 'whatsapp',
          to: '1',
          text: { body: 'هلو' },
          biz_opaque_callback_data: 'k',
        }),
      });
    expect((await send()).status).toBe(400);
    expect((await send()).status).toBe(200);
    expect(await control('received')).toMatchObject({
      items: [
        { fault: 'error', id: null },
        { fault: null, key: 'k', text: 'هلو' },
      ],
    });
    expect(await control('delivered')).toMatchObject({ items: [{ key: 'k' }] });
    expect(await control('faults', 'POST', { kind: 'miracle' })).toHaveProperty('error');
  });
});

describe.each([
  ['graph-api', 'GRAPH_API_URL='],
  ['evolution', 'serverUrl'],
])('the %s double started alone', (name, says) => {
  it('says where it is, answers, and ends when it is told to', async () => {
    const child = spawn(process.execPath, [`tests/doubles/${name}/main.ts`, '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const text = z
      .tuple([z.instanceof(Buffer)])
      .parse(await once(child.stdout, 'data'))[0]
      .toString('utf8');
    expect(text).toContain(says);
    const url = z.url().parse(/http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0]);
    expect(await (await fetch(`${url}/control/received`)).json()).toEqual({ items: [] });
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  }, 30_000);
});
