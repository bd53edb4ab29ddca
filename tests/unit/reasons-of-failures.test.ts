import { describe, expect, it } from 'vitest';
import { HttpFailure } from '../../channels/http.ts';
import { wireFailure } from '../../channels/wire-failure.ts';
import { REASONS } from '../../console/words/words.ts';
import { fileSource } from '../../sheets/file/file-source.ts';
import { classifyGoogle } from '../../sheets/google/classify.ts';

const failed = (code: string): Error => Object.assign(new Error('it failed'), { code });
const answered = (status: number): Error =>
  Object.assign(new Error('Google said no'), { response: { status, headers: {}, data: '' } });

describe('whatever fails below us is told in words, with its own code for whoever looks deeper', () => {
  it.each([
    ['EHOSTUNREACH', 'host-unreachable'],
    ['ENETUNREACH', 'host-unreachable'],
    ['CERT_HAS_EXPIRED', 'certificate-refused'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate-refused'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate-refused'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate-refused'],
    ['HPE_INVALID_CONSTANT', 'answer-unreadable'],
    ['ECONNRESET', 'connection-reset'],
    ['SOMETHING_QUITE_NEW', 'network-error'],
  ])('a platform: %s', (code, reason) => {
    const failure = wireFailure(new HttpFailure({ code, mayHaveLeft: false, host: 'graph.example' }));
    expect(failure).toMatchObject({ class: 'retryable', reason });
    expect(failure.detail).toContain(code);
    expect(Object.keys(REASONS.ar)).toContain(reason);
  });

  it.each([
    [failed('ECONNREFUSED'), 'retryable', 'sheet-unreachable'],
    [failed('ENOTFOUND'), 'retryable', 'sheet-unreachable'],
    [answered(503), 'retryable', 'google-unavailable'],
    [answered(500), 'retryable', 'google-unavailable'],
    [answered(400), 'permanent', 'google-refused'],
    [answered(451), 'permanent', 'google-unexpected'],
    [answered(401), 'auth', 'google-token-refused'],
    [Object.assign(new Error('too late'), { name: 'TimeoutError' }), 'retryable', 'google-silent'],
  ])('Google: %s is %s, %s', (error, kind, reason) => {
    expect(classifyGoogle(error)).toMatchObject({ class: kind, reason });
    expect(Object.keys(REASONS.ar)).toContain(reason);
  });

  it.each([
    ['ENOSPC', 'retryable', 'no-space'],
    ['EBUSY', 'retryable', 'file-busy'],
    ['EIO', 'retryable', 'file-busy'],
    ['ETIMEDOUT', 'retryable', 'sheet-unreachable'],
    ['EROFS', 'auth', 'file-not-permitted'],
    ['EISDIR', 'permanent', 'file-failed'],
  ])('a file: %s is %s, %s', (code, kind, reason) => {
    const file = fileSource({ folder: 'sheets', path: 'orders.csv' });
    expect(file.classify(failed(code))).toMatchObject({ class: kind, reason });
    expect(Object.keys(REASONS.ar)).toContain(reason);
  });
});
