/** The PostgreSQL protocol's outer form: a letter, a length, a body. The inside is nobody's business here, but for names. */

const HEADER = 5;
/** Larger than any statement of ours, small enough that a stray client can't fill the memory. */
const LARGEST_FRAME = 64 * 1024 * 1024;

export function frame(type: string, ...parts: (string | Buffer)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)),
  );
  const whole = Buffer.alloc(HEADER + body.length, type, 'latin1');
  whole.writeInt32BE(body.length + 4, 1);
  body.copy(whole, HEADER);
  return whole;
}

/** One frame of a buffer: its letter, and the whole of it with the header. */
export interface Frame {
  readonly type: string;
  readonly bytes: Buffer;
}

/** The complete frames at the front of a buffer, and what is left over. */
export function takeFrames(buffer: Buffer): { frames: Frame[]; rest: Buffer } {
  const frames: Frame[] = [];
  let at = 0;
  while (buffer.length - at >= HEADER) {
    const length = buffer.readInt32BE(at + 1);
    if (length < 4 || length > LARGEST_FRAME) throw new RangeError(`a frame of ${length} bytes`);
    if (buffer.length - at < length + 1) break;
    frames.push({
      type: String.fromCharCode(buffer.readUInt8(at)),
      bytes: buffer.subarray(at, at + 1 + length),
    });
    at += 1 + length;
  }
  return { frames, rest: buffer.subarray(at) };
}

/** What the first packet of a connection asks for. It has a length but no letter. */
export type Opening =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'encryption'; readonly rest: Buffer }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'startup'; readonly rest: Buffer };

const ENCRYPTION_CODES = new Set([80877103, 80877104]);
const CANCEL_CODE = 80877102;

export function readOpening(buffer: Buffer): Opening {
  if (buffer.length < 8) return { kind: 'incomplete' };
  const length = buffer.readInt32BE(0);
  if (length < 8 || length > 10_000) throw new RangeError(`an opening of ${length} bytes`);
  const code = buffer.readInt32BE(4);
  if (code === CANCEL_CODE) return { kind: 'cancel' };
  if (buffer.length < length) return { kind: 'incomplete' };
  return { kind: ENCRYPTION_CODES.has(code) ? 'encryption' : 'startup', rest: buffer.subarray(length) };
}

export const startupPacket = (): Buffer => {
  const body = Buffer.from('user\0postgres\0database\0postgres\0\0');
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 8, 0);
  head.writeInt32BE(3 << 16, 4);
  return Buffer.concat([head, body]);
};

/** An error in the form clients understand, for the cases in which PostgreSQL itself can't speak. */
export const fatal = (code: string, message: string): Buffer =>
  frame('E', 'SFATAL', 'VFATAL', `C${code}`, `M${message}`, Buffer.from([0]));

/** Idle, in a transaction, or in a failed one: what the last ReadyForQuery of an answer says. Null: there was none. */
export function transactionStatus(answer: Buffer): 'I' | 'T' | 'E' | null {
  // ReadyForQuery is the last frame of an answer and six bytes long.
  if (answer.length < 6 || answer[answer.length - 6] !== 0x5a || answer.readInt32BE(answer.length - 5) !== 5)
    return null;
  const status = String.fromCharCode(answer.readUInt8(answer.length - 1));
  return status === 'I' || status === 'T' || status === 'E' ? status : null;
}
