import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Seal, SealedWithUnknownKey } from '../../store/sealed.ts';
import { EncryptionCodec } from '../../temporal/codec.ts';

const [OLD, NEW, FOREIGN] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2), Buffer.alloc(32, 3)];

describe('sealing', () => {
  it('gives back exactly what went in, and never shows it', () => {
    const seal = new Seal(NEW);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 2_000 }), (plain) => {
        const sealed = seal.seal(plain);
        expect(seal.open(sealed)).toEqual(Buffer.from(plain));
        expect(sealed.includes(Buffer.from(plain))).toBe(false);
      }),
    );
  });

  it('never seals the same thing the same way twice', () => {
    const seal = new Seal(NEW);
    expect(seal.seal(Buffer.from('x'))).not.toEqual(seal.seal(Buffer.from('x')));
  });

  it('reads what an old key wrote after a rotation, and writes with the new one', () => {
    const before = new Seal(OLD).seal(Buffer.from('السلام'));
    const rotated = new Seal(NEW, [OLD]);
    expect(rotated.open(before).toString()).toBe('السلام');
    expect(rotated.keyIdOf(rotated.seal(before))).toBe(Seal.keyId(NEW));
  });

  it('names the key that is missing, by its id and by the setting to put it in', () => {
    const sealed = new Seal(FOREIGN).seal(Buffer.from('x'));
    const open = (): Buffer => new Seal(NEW, [OLD]).open(sealed);
    expect(open).toThrow(SealedWithUnknownKey);
    expect(open).toThrow(Seal.keyId(FOREIGN));
    expect(open).toThrow('ENCRYPTION_KEYS_OLD_HEX');
    expect(open).not.toThrow(FOREIGN.toString('hex'));
  });

  it('refuses what was changed by a single bit, anywhere, and what was cut off', () => {
    const seal = new Seal(NEW, [OLD]);
    const sealed = seal.seal(randomBytes(40));
    fc.assert(
      fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
        const changed = Buffer.from(sealed);
        changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(() => seal.open(changed)).toThrow();
      }),
    );
    for (let length = 0; length < sealed.length; length += 1)
      expect(() => seal.open(sealed.subarray(0, length))).toThrow();
  });

  it('refuses a key of the wrong length at once', () => {
    expect(() => new Seal(Buffer.alloc(16))).toThrow(/32 bytes/);
    expect(() => new Seal(NEW, [Buffer.alloc(31)])).toThrow(/32 bytes/);
  });
});

describe('payloads on their way to Temporal', () => {
  const payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('"201000000001"') };

  it('are encrypted whole, with the key’s id beside them, and come back as they were', async () => {
    const codec = new EncryptionCodec(new Seal(NEW));
    const [encoded] = await codec.encode([payload]);
    expect(Buffer.from(encoded?.metadata?.['encryption-key-id'] ?? []).toString()).toBe(Seal.keyId(NEW));
    expect(Buffer.from(encoded?.data ?? []).includes('201000000001')).toBe(false);
    const [decoded] = await codec.decode(encoded === undefined ? [] : [encoded]);
    expect(Buffer.from(decoded?.data ?? []).toString()).toBe('"201000000001"');
  });

  it('that are not encrypted pass through: an operator may signal by hand', async () => {
    expect(await new EncryptionCodec(new Seal(NEW)).decode([payload])).toEqual([payload]);
  });
});
