import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { instagram } from '../../channels/instagram/channel.ts';
import { startGraphDouble, type GraphDouble } from '../doubles/graph-api/double.ts';
import { listener } from './listener.ts';
import { failureOf, outgoing, within } from './outgoing.ts';

let double: GraphDouble;
const account = { accountId: '17841400000000000', accessToken: 'IGAAcanaryTOKEN1234567890' };
const to = { address: '1254459154682919' };
const channel = () => instagram({ instagramApiUrl: `${double.url}/v23.0` });

beforeAll(async () => {
  double = await startGraphDouble();
});
afterEach(() => double.reset());
afterAll(() => double.close());

describe('a message sent through Instagram', () => {
  it('arrives byte-true and its id comes back', async () => {
    const receipt = await channel().send(account, outgoing({ to }), within(5_000));
    expect(double.delivered()).toMatchObject([
      {
        platform: 'instagram',
        account: account.accountId,
        to: to.address,
        text: outgoing().text,
        id: receipt.providerId,
      },
    ]);
  });

  it('of exactly 1,000 bytes is taken, and of one more refused', async () => {
    const { unit, limit } = channel().capabilities.maxText;
    expect(unit).toBe('bytes');
    await channel().send(account, outgoing({ to, text: 'م'.repeat(limit / 2) }), within(5_000));
    const error = await failureOf(
      channel().send(account, outgoing({ to, text: `${'م'.repeat(limit / 2)}.` }), within(5_000)),
    );
    expect(channel().classify(error)).toMatchObject({ class: 'permanent', reason: 'request-refused' });
    expect(double.delivered()).toHaveLength(1);
  });

  it('by a person after the window goes as HUMAN_AGENT; a bot never does', async () => {
    await channel().send(account, outgoing({ to, by: 'human', outsideServiceWindow: true }), within(5_000));
    await channel().send(account, outgoing({ to, by: 'bot', outsideServiceWindow: true }), within(5_000));
    await channel().send(account, outgoing({ to, by: 'human' }), within(5_000));
    expect(double.delivered()[0]?.body).toMatchObject({ messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' });
    expect(double.delivered()[1]?.body).not.toHaveProperty('tag');
    expect(double.delivered()[2]?.body).not.toHaveProperty('tag');
  });

  it('is preceded by "seen" and "typing…"', async () => {
    await channel().showTyping?.(account, to, 'mid', within(5_000));
    expect(double.typing()).toEqual([{ account: account.accountId, to: to.address }]);
  });

  it.each([
    [
      { kind: 'error', code: 10, subcode: 2534022 },
      { class: 'permanent', reason: 'window-closed' },
    ],
    [
      { kind: 'error', code: 551 },
      { class: 'permanent', reason: 'customer-unavailable' },
    ],
    [
      { kind: 'error', code: 190 },
      { class: 'auth', reason: 'token-refused' },
    ],
    [
      { kind: 'error', code: 613 },
      { class: 'throttled', scope: 'line' },
    ],
    [{ kind: 'http', status: 500 }, { class: 'retryable' }],
    [{ kind: 'accept-then-reset' }, { class: 'unknown' }],
  ] as const)('that fails with %j', async (plan, expected) => {
    double.fail(plan);
    const error = await failureOf(channel().send(account, outgoing({ to }), within(5_000)));
    expect(channel().classify(error)).toMatchObject(expected);
  });
});

describe('the echo', () => {
  it("of ours bears the id that sending returned; the owner's own bears another", async () => {
    const heard: unknown[] = [];
    const callback = await listener((body) =>
      heard.push(...channel().parse(JSON.parse(body.toString('utf8')))),
    );
    double.callback({ url: callback.url, appSecret: 's' });
    const { providerId } = await channel().send(account, outgoing({ to, text: 'متوفر' }), within(5_000));
    await double.settled();
    const id = double.ownerTypes({ account: account.accountId, to: to.address, text: 'أنا هنا' });
    await double.settled();
    expect(heard).toMatchObject([
      { kind: 'echo', id: providerId, to, text: 'متوفر' },
      { kind: 'echo', id, to, text: 'أنا هنا' },
    ]);
    expect(id).not.toBe(providerId);
    double.callback(null);
    await callback.close();
  });
});
