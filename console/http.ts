import * as z from 'zod/mini';
import { clock } from './clock.ts';
import { problem } from './shapes.ts';

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

interface Wanted {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** For what takes its time: a browser that opens, a sheet that is read from afar. @default 15 s */
  readonly timeoutMs?: number;
}

/** Longer than any answer of a healthy server; a phone that lost its network otherwise waits for minutes. */
const TIMEOUT_MS = 15_000;

/** One call under one key, its answer checked. Calls that write carry an `Idempotency-Key`. */
export class Http {
  readonly #key: string;
  constructor(key: string) {
    this.#key = key;
  }

  async call<Schema extends z.core.$ZodType>(
    path: string,
    schema: Schema,
    wanted: Wanted = {},
  ): Promise<z.output<Schema>> {
    const answer = await this.#fetch(path, wanted);
    const text = await answer.text().catch(() => '');
    if (!answer.ok) throw new CallError(refusal(answer.status, text));
    const read = z.safeParse(schema, jsonIn(text));
    if (!read.success) throw new CallError({ kind: 'unreadable' }, { cause: read.error });
    return read.data;
  }

  /** What is no JSON: a file to keep. */
  async file(path: string): Promise<Blob> {
    const answer = await this.#fetch(path, { timeoutMs: 120_000 });
    if (!answer.ok) throw new CallError(refusal(answer.status, await answer.text().catch(() => '')));
    return answer.blob();
  }

  async #fetch(
    path: string,
    { method = 'GET', body, signal, timeoutMs = TIMEOUT_MS }: Wanted,
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
          ...(method === 'GET' ? {} : { 'Idempotency-Key': randomId() }),
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

/** `crypto.randomUUID` is missing where the console is opened over plain HTTP in a local network. */
export const randomId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
