import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { instagram } from '../../channels/instagram/channel.ts';
import { whatsappCloud } from '../../channels/whatsapp-cloud/channel.ts';
import { splitText } from '../../domain/split-text.ts';
import { startGraphDouble, type GraphDouble } from '../doubles/graph-api/double.ts';
import { failureOf, outgoing, within } from './outgoing.ts';

let double: GraphDouble;
beforeAll(async () => {
  double = await startGraphDouble();
});
afterEach(() => double.reset());
afterAll(() => double.close());

// 20,000 letters of Arabic and Kurdish, with families of emoji that may not be cut apart.
const long = 'القميص الأسود متوفّر بثلاث قياسات ڕەنگی ڕەش 👨‍👩‍👧‍👦 '.repeat(400).trim();

describe('an answer of 20,000 letters', () => {
  it('fits through WhatsApp in parts, none refused for its length', async () => {
    const channel = whatsappCloud({ graphApiUrl: double.url });
    const parts = splitText(long, channel.capabilities.maxText);
    for (const text of parts)
      await channel.send({ phoneNumberId: '1', accessToken: 'x' }, outgoing({ text }), within(5_000));
    expect(double.delivered().map(({ text }) => text)).toEqual([...parts]);
    expect(
      squeezed(
        double
          .delivered()
          .map(({ text }) => text)
          .join(' '),
      ),
    ).toBe(squeezed(long));
  });

  it('fits through Instagram in parts of 1,000 bytes, and goes on at the part that failed', async () => {
    const channel = instagram({ instagramApiUrl: double.url });
    const account = { accountId: '1', accessToken: 'x' };
    const parts = splitText(long, channel.capabilities.maxText);
    expect(parts.length).toBeGreaterThan(30);
    for (const [index, text] of parts.entries()) {
      if (index === 7) {
        double.fail({ kind: 'http', status: 503 });
        const error = await failureOf(channel.send(account, outgoing({ text }), within(5_000)));
        expect(channel.classify(error)).toMatchObject({ class: 'retryable' });
      }
      await channel.send(account, outgoing({ text }), within(5_000));
    }
    expect(double.delivered().map(({ text }) => text)).toEqual([...parts]);
    expect(
      squeezed(
        double
          .delivered()
          .map(({ text }) => text)
          .join(' '),
      ),
    ).toBe(squeezed(long));
  });
});

const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim();
