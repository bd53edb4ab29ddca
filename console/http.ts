import * as z from 'zod/mini';
import { clock } from './clock.ts';
import { problem } from './shapes.ts';
import { randomId, UndecidedCalls } from './undecided.ts';

/** Why a call failed, in the terms the page explains: the words are chosen from `kind`. */
export type CallFailure =
  | { readonly kind: 'offline' }
  | { readonly kind: 'unreadable' }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly code: string;
      readonly detail: string;
      /** Which of the fields that were sent are not right. */
      readonly fields: readonly FieldProblem[];
      readonly requestId: string;
    };

export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

export class CallError extends Error {
  override readonly name = 'CallError';
  readonly failure: CallFailure;
  constructor(failure: CallFailure, options?: ErrorOptions) {
    super(failure.kind === 'refused' ? `${failure.status} ${failure.code}` : failure.kind, options);
    this.failure = failure;
  }
}

export const isRefused = (error: unknown, ...statuses: readonly number[]): boolean =>
  error instanceof CallError && error.failure.kind === 'refused' && statuses.includes(error.failure.status);

/** Nobody can say whether the call was taken, now or at an earlier attempt: 429 is given before anything is looked up. */
function isUndecided(error: unknown): boolean {
  if (!(error instanceof CallError) || error.failure.kind !== 'refused') return true;
  const { status, code } = error.failure;
  return status >= 500 || status === 429 || code === 'idempotency-in-progress';
}

interface Wanted {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** For what takes its time: a browser that opens, a sheet that is read from afar. @default 15 s */
  readonly timeoutMs?: number;
  /**
   * Done twice it is there twice, such as a message. Tried again after no clear answer it goes under its first key; for
   * what only says how things shall be a kept answer would be wrong as soon as somebody has changed them back.
   */
  readonly adds?: true;
}

/** Longer than any answer of a healthy server; a phone that lost its network otherwise waits for minutes. */
const TIMEOUT_MS = 15_000;

/** One call under one key, its answer checked. Calls that write carry an `Idempotency-Key`. */
export class Http {
  readonly #key: string;
  readonly #undecided = new UndecidedCalls();
  constructor(key: string) {
    this.#key = key;
  }

  async call<Schema extends z.core.$ZodType>(
    path: string,
    schema: Schema,
    wanted: Wanted = {},
  ): Promise<z.output<Schema>> {
    if (wanted.adds !== true) return this.#read(path, schema, wanted, randomId());
    const { method = 'GET', body } = wanted;
    const attempt = this.#undecided.attempt({ method, path, body });
    try {
      const read = await this.#read(path, schema, wanted, attempt.key);
      attempt.done();
      return read;
    } catch (error) {
      attempt.failed(isUndecided(error));
      throw error;
    }
  }

  async #read<Schema extends z.core.$ZodType>(
    path: string,
    schema: Schema,
    wanted: Wanted,
    idempotencyKey: string,
  ): Promise<z.output<Schema>> {
    const answer = await this.#fetch(path, wanted, idempotencyKey);
    const text = await answer.text().catch(() => '');
    if (!answer.ok) throw new CallError(refusal(answer.status, text));
    const read = z.safeParse(schema, jsonIn(text));
    if (!read.success) throw new CallError({ kind: 'unreadable' }, { cause: read.error });
    return read.data;
  }

  /** What is no JSON: a file to keep. */
  async file(path: string): Promise<Blob> {
    const answer = await this.#fetch(path, { timeoutMs: 120_000 }, randomId());
    if (!answer.ok) throw new CallError(refusal(answer.status, await answer.text().catch(() => '')));
    return answer.blob();
  }

  async #fetch(
    path: string,
    { method = 'GET', body, signal, timeoutMs = TIMEOUT_MS }: Wanted,
    idempotencyKey: string,
  ): Promise<Response> {
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await fetch(path, {
        method,
        cache: 'no-store',
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
        headers: {
          'X-Api-Key': this.#key,
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...(method === 'GET' ? {} : { 'Idempotency-Key': idempotencyKey }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      clock.hear(answer.headers.get('Date'));
      return answer;
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw new CallError({ kind: 'offline' }, { cause: error });
    }
  }
}

function refusal(status: number, text: string): CallFailure {
  const read = z.safeParse(problem, jsonIn(text));
  const { code, detail, requestId, errors } = read.success
    ? read.data
    : { code: 'unknown', detail: '', requestId: '', errors: undefined };
  return { kind: 'refused', status, code, detail, fields: errors ?? [], requestId };
}

function jsonIn(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page instead of our JSON: the schema refuses it, and the caller is told it is unreadable.
    return undefined;
  }
}
