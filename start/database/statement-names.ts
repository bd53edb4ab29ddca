import { frame, type Frame } from './frames.ts';

/**
 * All clients share PostgreSQL's one session, and with it the names of prepared statements. Each client's
 * names get its own prefix, so that two clients that both prepare `find-order` don't meet.
 */
export interface StatementNames {
  rename(frame: Frame): Buffer;
  /** Frames that forget every statement this client has prepared. */
  forgetAll(): Buffer[];
}

export function statementNames(prefix: string): StatementNames {
  const prepared = new Set<string>();
  const own = (name: string) => (name === '' ? '' : `${prefix}${name}`);
  return {
    rename({ type, bytes }) {
      const body = bytes.subarray(5);
      switch (type) {
        case 'P': {
          const { text, rest } = takeText(body);
          if (text === '') return bytes;
          prepared.add(own(text));
          return frame('P', own(text), rest);
        }
        case 'B': {
          const portal = takeText(body);
          const statement = takeText(portal.rest);
          return statement.text === '' ? bytes : frame('B', portal.text, own(statement.text), statement.rest);
        }
        case 'D':
        case 'C': {
          const { text } = takeText(body.subarray(1));
          if (text === '' || body[0] !== 0x53) return bytes;
          if (type === 'C') prepared.delete(own(text));
          return frame(type, body.subarray(0, 1), own(text));
        }
        default:
          return bytes;
      }
    },
    forgetAll: () => [...prepared].map((name) => frame('C', Buffer.from('S'), name)),
  };
}

function takeText(body: Buffer): { text: string; rest: Buffer } {
  const end = body.indexOf(0);
  if (end < 0) throw new RangeError('a text without an end');
  return { text: body.toString('utf8', 0, end), rest: body.subarray(end + 1) };
}
