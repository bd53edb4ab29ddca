import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { pack, unpack } from './archive.ts';
import { filesUnder } from './files.ts';

const MAGIC = Buffer.from('ZJLOGIN1');
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Packs a folder into one file: compressed, then encrypted (AES-256-GCM); the tag stands at the end. */
export async function seal(from: string, file: string, key: Uint8Array): Promise<void> {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(MAGIC);
  const out = createWriteStream(`${file}.new`, { mode: 0o600 });
  out.write(Buffer.concat([MAGIC, iv]));
  const withTag = new Transform({
    transform: (chunk, _encoding, done) => done(null, chunk),
    flush: (done) => done(null, cipher.getAuthTag()),
  });
  await pipeline(pack(from, await filesUnder(from)), createGzip({ level: 4 }), cipher, withTag, out);
  await rename(`${file}.new`, file);
}

/** False when the copy is not whole or was made with another key: the next older one is tried. */
export async function unseal(file: string, into: string, key: Uint8Array): Promise<boolean> {
  const { size } = await stat(file);
  const start = MAGIC.length + IV_BYTES;
  if (size < start + TAG_BYTES) return false;
  const handle = await open(file, 'r');
  try {
    const head = (await handle.read(Buffer.alloc(start), 0, start, 0)).buffer;
    const tag = (await handle.read(Buffer.alloc(TAG_BYTES), 0, TAG_BYTES, size - TAG_BYTES)).buffer;
    if (!head.subarray(0, MAGIC.length).equals(MAGIC)) return false;
    const decipher = createDecipheriv('aes-256-gcm', key, head.subarray(MAGIC.length));
    decipher.setAAD(MAGIC);
    decipher.setAuthTag(tag);
    await pipeline(
      createReadStream(file, { start, end: size - TAG_BYTES - 1 }),
      decipher,
      createGunzip(),
      unpack(into),
    );
    return true;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  } finally {
    await handle.close();
  }
}

const isDamage = (error: unknown): boolean =>
  error instanceof Error &&
  (/authenticate|incorrect header|unexpected end|invalid|archive/i.test(error.message) ||
    ('code' in error && String(error.code).startsWith('Z_')));
