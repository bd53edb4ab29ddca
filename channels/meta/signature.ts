import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Meta signs the bytes as it sends them, with `\uXXXX` and `\/` escapes. Parsing and serialising the body
 * again gives other bytes for every Arabic message, so only the raw body can be checked.
 */
export function verifySignature(rawBody: Buffer, header: string | undefined, appSecret: string): boolean {
  const claimed = /^sha256=([0-9a-f]{64})$/i.exec(header ?? '')?.[1];
  // An empty secret would accept what anybody can compute.
  if (claimed === undefined || appSecret === '') return false;
  return timingSafeEqual(
    Buffer.from(claimed, 'hex'),
    createHmac('sha256', appSecret).update(rawBody).digest(),
  );
}

/** The header Meta would send for these bytes: for the doubles and the tests. */
export const sign = (rawBody: Buffer, appSecret: string): string =>
  `sha256=${createHmac('sha256', appSecret).update(rawBody).digest('hex')}`;

export type Handshake = { readonly ok: true; readonly challenge: string } | { readonly ok: false };

/** Meta's `GET` when a webhook is registered: the challenge goes back as it came, or 403. */
export function handshake(query: Readonly<Record<string, unknown>>, verifyToken: string): Handshake {
  const challenge = query['hub.challenge'];
  const token = query['hub.verify_token'];
  const asked =
    query['hub.mode'] === 'subscribe' && typeof challenge === 'string' && typeof token === 'string';
  return asked && verifyToken !== '' && sameText(token, verifyToken)
    ? { ok: true, challenge }
    : { ok: false };
}

/** Compares digests, so that neither the content nor the length shows in the time it takes. */
const sameText = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
