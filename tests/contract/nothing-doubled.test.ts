import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whatsappCloud } from '../../channels/whatsapp-cloud/channel.ts';
import { messageKey } from '../../domain/ids.ts';
import { startGraphDouble, type GraphDouble } from '../doubles/graph-api/double.ts';
import { listener } from './listener.ts';
import { outgoing, within } from './outgoing.ts';

let double: GraphDouble;
beforeAll(async () => {
  double = await startGraphDouble({ seed: 20 });
});
afterAll(() => double.close());

type Fate = 'accepted' | 'unknown';

describe('300 messages through a bad network', () => {
  it('are never doubled when only what surely did not happen is tried again, and none is lost from sight', async () => {
    const channel = whatsappCloud({ graphApiUrl: double.url });
    const seen = new Set<string>();
    const callback = await listener((body) => {
      for (const news of channel.parse(JSON.parse(body.toString('utf8'))))
        if (news.kind === 'status' && news.key !== undefined) seen.add(news.key);
    });
    double.callback({
      url: callback.url,
      appSecret: 's',
      statuses: ['sent', 'delivered'],
      shuffle: true,
      repeat: 2,
    });
    for (const kind of [
      'reset',
      'half-close',
      'accept-then-time-out',
      'accept-then-reset',
      'accept-then-cut',
      'accept-then-garbage',
    ] as const) {
      double.fail({ kind, share: 0.03 });
    }
    for (const status of [500, 502, 503, 429]) double.fail({ kind: 'http', status, share: 0.05 });
    for (const code of [131000, 130429, 131056]) double.fail({ kind: 'error', code, share: 0.05 });

    const retried = new Set<string>();
    const send = async (key: string): Promise<Fate> => {
      for (;;) {
        try {
          await channel.send(
            { phoneNumberId: '1', accessToken: 'x' },
            outgoing({ key: messageKey(key), text: `رسالة ${key}` }),
            within(1_000),
          );
          return 'accepted';
        } catch (error) {
          const failure = channel.classify(error);
          if (failure.class === 'unknown') return 'unknown';
          expect(['retryable', 'throttled']).toContain(failure.class);
          retried.add(key);
        }
      }
    };
    const keys = Array.from({ length: 300 }, (_, n) => `turn-${n}/1`);
    const fates = new Map<string, Fate>();
    // Ten at a time, as ten conversations would.
    const queue = keys.values();
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        for (const key of queue) fates.set(key, await send(key));
      }),
    );
    await double.settled();
    await callback.close();

    const onPhones = double.delivered().map(({ key }) => key);
    expect(new Set(onPhones).size).toBe(onPhones.length);
    const arrived = new Set(onPhones);
    // Accepted is on the phone; unknown is on the phone exactly where a status brought our key back.
    for (const key of keys)
      expect([key, arrived.has(key)]).toEqual([key, fates.get(key) === 'accepted' || seen.has(key)]);
    // The drill was one: something of each kind happened.
    expect(retried.size).toBeGreaterThan(30);
    expect(keys.filter((key) => fates.get(key) === 'unknown' && arrived.has(key)).length).toBeGreaterThan(5);
    expect(keys.filter((key) => fates.get(key) === 'unknown' && !arrived.has(key)).length).toBeGreaterThan(5);
  }, 60_000);
});
