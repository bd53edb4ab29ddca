import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { z } from 'zod';
import type { FoundFile } from './files.ts';

// Files one after the other: length of a JSON head (4 bytes), the head, the bytes. Streamed both ways: a login may be
// larger than the memory a line is allowed to use.
const head = z.object({ name: z.string().min(1), size: z.number().int().min(0) });

export function pack(folder: string, files: readonly FoundFile[]): Readable {
  async function* parts(): AsyncGenerator<Uint8Array> {
    for (const { name, size } of files) {
      const text = Buffer.from(JSON.stringify({ name, size }));
      const length = Buffer.alloc(4);
      length.writeUInt32BE(text.length);
      yield Buffer.concat([length, text]);
      for await (const chunk of createReadStream(path.join(folder, name)))
        if (chunk instanceof Uint8Array) yield chunk;
    }
  }
  return Readable.from(parts());
}

/** Writes the files of an archive into a folder. Names that lead out of it are refused. */
export function unpack(folder: string): Writable {
  let pending = Buffer.alloc(0);
  let left = 0;
  let out: WriteStream | null = null;
  const closeFile = async (): Promise<void> => {
    if (!out) return;
    out.end();
    await finished(out);
    out = null;
  };
  const take = async (chunk: Buffer): Promise<void> => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      if (out) {
        const part = pending.subarray(0, left);
        if (!out.write(part)) await once(out, 'drain');
        left -= part.length;
        pending = pending.subarray(part.length);
        if (left > 0) return;
        await closeFile();
      }
      if (pending.length < 4) return;
      const length = pending.readUInt32BE();
      if (pending.length < 4 + length) return;
      const { name, size } = head.parse(JSON.parse(pending.subarray(4, 4 + length).toString('utf8')));
      pending = pending.subarray(4 + length);
      const target = path.join(folder, name);
      if (!target.startsWith(folder + path.sep)) throw new Error(`archive names a file outside: ${name}`);
      await mkdir(path.dirname(target), { recursive: true });
      out = createWriteStream(target, { mode: 0o600 });
      left = size;
    }
  };
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      take(chunk).then(() => done(), done);
    },
    final: (done) => {
      if (out || pending.length > 0) done(new Error('archive ends in the middle of a file'));
      else done();
    },
  });
}
