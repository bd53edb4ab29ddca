import { createHash } from 'node:crypto';
import { z } from 'zod';
import { merchantId } from '../domain/ids.ts';
import type { Tx } from '../store/database.ts';
import {
  beginIdempotent,
  finishIdempotent,
  forgetIdempotent,
  type IdempotentCall,
} from '../store/idempotency.ts';
import type { House } from './house.ts';
import { Problem } from './problem.ts';
import type { Asked, PlainReply, Route } from './route.ts';

/** Answers are kept sealed: they quote customers, and a new key's answer is the key. */
const keptBody = z.object({ sealed: z.string() });
const KEY = /^[\x21-\x7e]{1,200}$/;

export function readIdempotencyKey(header: string | undefined): string | null {
  if (header === undefined || header === '') return null;
  if (!KEY.test(header))
    throw new Problem(
      400,
      'bad-idempotency-key',
      'An Idempotency-Key is 1 to 200 printable ASCII characters.',
    );
  return header;
}

/** The same key and the same call: the same answer, without doing it again. */
export async function onceOnly(
  { database, seal }: House,
  route: Route,
  asked: Asked,
  key: string,
): Promise<PlainReply | null> {
  const { req } = asked;
  const owner =
    asked.actor.kind === 'key'
      ? asked.actor.merchant
      : typeof req.params['merchant'] === 'string'
        ? req.params['merchant']
        : '';
  const call: IdempotentCall = {
    merchant: owner,
    key,
    fingerprint: fingerprint(req.method, req.originalUrl, req.body),
  };
  // The admin's calls outside a merchant belong to nobody's rows.
  const inName = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    owner === '' ? database.system(work) : database.merchant(merchantId(owner), work);

  const finish = (tx: Tx, { status, body }: PlainReply): Promise<boolean> =>
    finishIdempotent(tx, call, status, { sealed: seal.sealJson(body ?? null).toString('base64') });

  const begun = await inName((tx) => beginIdempotent(tx, call));
  switch (begun.kind) {
    case 'in-progress':
      throw inProgress();
    case 'other-call':
      throw new Problem(422, 'idempotency-other-call', 'This Idempotency-Key was used for another call.');
    case 'done': {
      const kept = keptBody.safeParse(begun.body);
      const body = kept.success ? seal.openJson(Buffer.from(kept.data.sealed, 'base64')) : undefined;
      return {
        status: begun.status,
        headers: { 'Idempotent-Replayed': 'true' },
        ...(body === undefined || body === null ? {} : { body }),
      };
    }
    case 'first':
      try {
        const reply = await route.run({
          ...asked,
          async answered(tx, given) {
            // This attempt took so long that it was taken for dead, and the one after it has done the work.
            if (!(await finish(tx, given))) throw inProgress();
            return given;
          },
        });
        if (reply !== null) await inName((tx) => finish(tx, reply));
        return reply;
      } catch (error) {
        await inName((tx) => forgetIdempotent(tx, call));
        throw error;
      }
  }
}

const inProgress = (): Problem =>
  new Problem(409, 'idempotency-in-progress', 'A call with this Idempotency-Key is still being worked on.', {
    headers: { 'Retry-After': '1' },
  });

const fingerprint = (method: string, path: string, body: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify([method, path, body ?? null]))
    .digest('hex');

/** An id that the same call makes again. */
export const idFrom = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
