import { setTimeout as sleep } from 'node:timers/promises';
import { startServer, type Heard } from '../far-end/server.ts';
import { completionOf, readRequest, type Reply, type Request } from './wire.ts';

/** What was asked, and with which `Authorization`. */
export interface Asked extends Request {
  readonly authorization: string | null;
}

/** `{ body }`: the whole answer as another server would word it. */
export type ModelReply = Reply | { readonly body: unknown };

/** Several replies are given one after the other, then from the beginning. */
export type ModelAnswer =
  ModelReply | readonly ModelReply[] | ((asked: Asked) => ModelReply | readonly ModelReply[]);

export type ModelFault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  /** Reset before the answer. */
  | { readonly kind: 'reset' }
  /** It is heard and never answered. */
  | { readonly kind: 'hang' }
  | { readonly kind: 'not-json' }
  | { readonly kind: 'half-body' }
  /** The right answer, late. */
  | { readonly kind: 'slow'; readonly delayMs: number };

/** A server with chat completions on loopback, as strict as OpenAI's. */
export interface ModelDouble {
  /** The base URL, with `/v1`. */
  readonly url: string;
  /** What was taken, also where a fault struck; what was refused as malformed is not here. */
  readonly asked: readonly Asked[];
  answer(how: ModelAnswer): void;
  /** Strikes the next `times` requests; `Infinity`: until `heal`. @default 1 */
  fault(fault: ModelFault, times?: number): void;
  heal(): void;
  /** Refuses connections until `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Forgets what was asked, how to answer, and the faults. */
  reset(): void;
  close(): Promise<void>;
}

const FIRST_ANSWER: ModelAnswer = { text: 'أهلاً وسهلاً' };

/** `apiKey` null: any key, or none, is right. */
export async function startModelDouble({
  apiKey = null,
  port = 0,
}: { apiKey?: string | null; port?: number } = {}): Promise<ModelDouble> {
  const asked: Asked[] = [];
  let how = FIRST_ANSWER;
  let replies: ModelReply[] = [];
  let faults: { fault: ModelFault; left: number }[] = [];

  function nextReply(request: Asked): ModelReply {
    if (replies.length === 0) {
      const given = typeof how === 'function' ? how(request) : how;
      replies = isList(given) ? [...given] : [given];
    }
    return replies.shift() ?? { text: '' };
  }
  function nextFault(): ModelFault | null {
    const [struck] = faults;
    if (struck === undefined) return null;
    struck.left -= 1;
    faults = faults.filter(({ left }) => left > 0);
    return struck.fault;
  }
  async function complete(heard: Heard): Promise<void> {
    const { authorization } = heard.headers;
    if (apiKey !== null && authorization !== `Bearer ${apiKey}`) {
      refuse(heard, 401, `Incorrect API key provided: ${masked(authorization)}.`, 'invalid_api_key');
      return;
    }
    const request = readRequest(heard.json);
    if (typeof request === 'string') {
      refuse(heard, 400, request, null);
      return;
    }
    const question = { ...request, authorization: authorization ?? null };
    asked.push(question);
    const number = asked.length;
    const reply = (): unknown => {
      const given = nextReply(question);
      return 'body' in given ? given.body : completionOf(request.model, number, given);
    };
    await answerThrough(nextFault(), heard, reply);
  }

  const server = await startServer({ port }, (heard) =>
    `${heard.method} ${heard.path}` === 'POST /v1/chat/completions'
      ? complete(heard)
      : refuse(heard, 404, `Invalid URL (${heard.method} ${heard.path})`, null),
  );
  const heal = (): void => void (faults = []);
  return {
    url: `${server.url}/v1`,
    asked,
    answer: (wanted) => {
      how = wanted;
      replies = [];
    },
    fault: (fault, times = 1) => void faults.push({ fault, left: times }),
    heal,
    down: () => server.down(),
    up: () => server.up(),
    reset: () => {
      heal();
      how = FIRST_ANSWER;
      replies = [];
      asked.length = 0;
    },
    close: () => server.close(),
  };
}

async function answerThrough(fault: ModelFault | null, heard: Heard, reply: () => unknown): Promise<void> {
  switch (fault?.kind) {
    case 'status':
      heard.reply(fault.status, fault.body ?? `<html>${fault.status}</html>`, fault.headers);
      return;
    case 'reset':
      heard.socket.resetAndDestroy();
      return;
    case 'hang':
      return;
    case 'not-json':
      heard.reply(200, '<html>Welcome to the hotel</html>');
      return;
    case 'half-body':
      heard.cutShort(200, reply());
      return;
    case 'slow':
      await sleep(fault.delayMs);
      heard.reply(200, reply());
      return;
    case undefined:
      heard.reply(200, reply());
  }
}

const refuse = (heard: Heard, status: number, message: string, code: string | null): void =>
  heard.reply(status, { error: { message, type: 'invalid_request_error', param: null, code } });

/** As OpenAI repeats a key: its beginning and its end. */
const masked = (authorization = ''): string =>
  authorization
    .replace(/^Bearer /, '')
    .replace(/(?<=^.{8}).*(?=.{4}$)/, (hidden) => '*'.repeat(hidden.length));

const isList = (given: ModelReply | readonly ModelReply[]): given is readonly ModelReply[] =>
  Array.isArray(given);
