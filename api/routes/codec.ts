import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Payload } from '@temporalio/common';
import { SealedWithUnknownKey } from '../../store/sealed.ts';
import type { House } from '../house.ts';
import { notFound, Problem } from '../problem.ts';
import { route, type Route } from '../route.ts';

const tag = 'Temporal';
/** A page of a long history, all its payloads at once. */
const BODY_LIMIT = '8mb';

const base64 = z.base64();
const wirePayload = z.object({ metadata: z.record(z.string(), base64).optional(), data: base64.optional() });
const payloads = z.object({ payloads: z.array(wirePayload).max(10_000).default([]) });
type WirePayload = z.output<typeof wirePayload>;

/**
 * What Temporal's UI and CLI call to read and write sealed payloads. The CLI sends the admin key; the UI, which
 * can't, is given an address with a random token by whoever starts it.
 */
export function codecRoutes({ codec, codecToken }: House): Route[] {
  const wanted = codecToken === null ? null : digest(codecToken);
  const checkToken = (token: string): void => {
    if (wanted === null || !timingSafeEqual(digest(token), wanted)) throw notFound('codec');
  };
  const works = {
    encode: (given: Payload[]) => codec.encode(given),
    decode: (given: Payload[]) => codec.decode(given),
  };
  return (['encode', 'decode'] as const).flatMap((way) => {
    const common = {
      method: 'post',
      tag,
      body: payloads,
      bodyLimit: BODY_LIMIT,
      responses: { 200: payloads },
      keepsAnswer: () => false,
    } as const;
    const answer = async (given: readonly WirePayload[]) => ({
      status: 200 as const,
      body: { payloads: (await readable(() => works[way](given.map(fromWire)))).map(toWire) },
    });
    return [
      route({
        ...common,
        path: `/codec/${way}`,
        scope: 'admin',
        summary: `${way} payloads, with the admin key`,
      })(({ body }) => answer(body.payloads)),
      route({
        ...common,
        path: `/codec/:token/${way}`,
        scope: 'public',
        summary: `${way} payloads, for the Temporal UI of this start`,
        params: z.object({ token: z.string() }),
      })(({ params, body }) => {
        checkToken(params.token);
        return answer(body.payloads);
      }),
    ];
  });
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const fromWire = ({ metadata = {}, data = '' }: WirePayload): Payload => ({
  metadata: Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
  ),
  data: Buffer.from(data, 'base64'),
});

const toWire = ({ metadata, data }: Payload): WirePayload => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  ),
  data: Buffer.from(data ?? []).toString('base64'),
});

async function readable(work: () => Promise<Payload[]>): Promise<Payload[]> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SealedWithUnknownKey)
      throw new Problem(422, 'unknown-encryption-key', error.message, { cause: error });
    throw new Problem(
      422,
      'unreadable-payload',
      'This is not a payload that Zajel has sealed, or it was changed since.',
      { cause: error },
    );
  }
}
