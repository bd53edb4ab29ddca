import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { handshake, sign, verifySignature } from '../../channels/meta/signature.ts';

const SECRET = 'a1b2c3d4';
// What Meta sends for {"text":"مرحبا","url":"https://x"}: letters and slashes escaped.
const raw = Buffer.from(String.raw`{"text":"\u0645\u0631\u062d\u0628\u0627","url":"https:\/\/x"}`);
const hmac = (body: Buffer | string, secret = SECRET, algorithm = 'sha256'): string =>
  createHmac(algorithm, secret).update(body).digest('hex');

describe('the signature', () => {
  it('is accepted over the raw bytes with \\u0645 and \\/ in them', () => {
    expect(verifySignature(raw, `sha256=${hmac(raw)}`, SECRET)).toBe(true);
    expect(verifySignature(raw, sign(raw, SECRET), SECRET)).toBe(true);
  });

  it('of the body serialised again is refused', () => {
    const again = JSON.stringify(JSON.parse(raw.toString('utf8')));
    expect(verifySignature(raw, `sha256=${hmac(again)}`, SECRET)).toBe(false);
    expect(verifySignature(Buffer.from(again), `sha256=${hmac(raw)}`, SECRET)).toBe(false);
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ["another app's", `sha256=${hmac(raw, 'other')}`],
    ['sha1', `sha1=${hmac(raw, SECRET, 'sha1')}`],
    ['sha1 under the name of sha256', `sha256=${hmac(raw, SECRET, 'sha1')}`],
    ['truncated', `sha256=${hmac(raw).slice(0, 63)}`],
    ['too long', `sha256=${hmac(raw)}0`],
    ['without its name', hmac(raw)],
    ['no hex', `sha256=${'g'.repeat(64)}`],
    ['followed by a line', `sha256=${hmac(raw)}\n`],
  ])('that is %s is refused', (_what, header) => {
    expect(verifySignature(raw, header, SECRET)).toBe(false);
  });

  it('under an empty secret is refused, whoever computed it', () => {
    expect(verifySignature(raw, `sha256=${hmac(raw, '')}`, '')).toBe(false);
  });
});

describe('the handshake', () => {
  const query = { 'hub.mode': 'subscribe', 'hub.verify_token': 'رمز-التحقق', 'hub.challenge': '1158201444' };

  it('gives the challenge back as it came', () => {
    expect(handshake(query, 'رمز-التحقق')).toEqual({ ok: true, challenge: '1158201444' });
  });

  it.each([
    ['a wrong token', { ...query, 'hub.verify_token': 'x' }, 'رمز-التحقق'],
    ['another mode', { ...query, 'hub.mode': 'unsubscribe' }, 'رمز-التحقق'],
    ['no challenge', { 'hub.mode': 'subscribe', 'hub.verify_token': 'رمز-التحقق' }, 'رمز-التحقق'],
    ['a list of tokens', { ...query, 'hub.verify_token': ['رمز-التحقق'] }, 'رمز-التحقق'],
    ['an empty token on both sides', { ...query, 'hub.verify_token': '' }, ''],
    ['nothing', {}, 'رمز-التحقق'],
  ])('refuses %s', (_what, asked, token) => {
    expect(handshake(asked, token)).toEqual({ ok: false });
  });
});
