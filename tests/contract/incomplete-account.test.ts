import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evolution } from '../../channels/evolution/channel.ts';
import { instagram } from '../../channels/instagram/channel.ts';
import { whatsappCloud } from '../../channels/whatsapp-cloud/channel.ts';
import type { Channel } from '../../channels/channel.ts';
import { startEvolutionDouble, type EvolutionDouble } from '../doubles/evolution/double.ts';
import { startGraphDouble, type GraphDouble } from '../doubles/graph-api/double.ts';
import { failureOf, outgoing, within } from './outgoing.ts';

let graph: GraphDouble;
let evo: EvolutionDouble;
beforeAll(async () => {
  graph = await startGraphDouble();
  evo = await startEvolutionDouble();
});
afterAll(() => Promise.all([graph.close(), evo.close()]));

describe('an account with a hole in it', () => {
  // As an opened box gives it: data of any shape.
  const cases: [string, () => Channel, unknown, string][] = [
    [
      'whatsapp-cloud',
      () => whatsappCloud({ graphApiUrl: graph.url }),
      { accessToken: 'canary' },
      'phoneNumberId',
    ],
    [
      'whatsapp-cloud',
      () => whatsappCloud({ graphApiUrl: graph.url }),
      { phoneNumberId: '1', accessToken: 'canary\nhost: x' },
      'accessToken',
    ],
    [
      'instagram',
      () => instagram({ instagramApiUrl: graph.url }),
      { accountId: '../me', accessToken: 'canary' },
      'accountId',
    ],
    ['evolution', () => evolution(), { instance: 'x', apiKey: 'canary' }, 'serverUrl'],
    ['evolution', () => evolution(), null, 'the account'],
  ];

  it.each(cases)(
    'of %s stops the line, sends nothing and repeats no secret',
    async (_name, channel, account, field) => {
      const error = await failureOf(channel().send(account, outgoing(), within(5_000)));
      expect(channel().classify(error)).toEqual({
        class: 'auth',
        reason: 'account-incomplete',
        detail: field,
      });
      expect([...graph.received(), ...evo.received()]).toEqual([]);
      expect(String(error)).not.toContain('canary');
    },
  );

  it('makes no file, and says so as an outcome', async () => {
    const channel = evolution();
    const account = { serverUrl: 'file:///etc', instance: 'x', apiKey: 'k', byOperator: true };
    expect(
      await channel.fetchMedia(account, { kind: 'audio', handle: '1' }, '/nowhere', within(5_000)),
    ).toMatchObject({
      ok: false,
      failure: { class: 'auth', reason: 'account-incomplete' },
    });
  });
});
