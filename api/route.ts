import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Tx } from '../store/database.ts';
import type { Actor, Needed } from './actor.ts';
import { invalid, type FieldError } from './problem.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** What a route may answer: a JSON shape, nothing (`null`), or another kind of content. */
export type Responses = Readonly<Record<number, z.ZodType | null | { readonly contentType: string }>>;

export interface RouteSpec {
  readonly method: Method;
  /** As Express writes it: `/api/merchants/:merchant`. */
  readonly path: string;
  readonly scope: Needed;
  readonly summary: string;
  readonly description?: string;
  /** The group that the documentation shows it in. */
  readonly tag: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly responses: Responses;
  /** @default '256kb' */
  readonly bodyLimit?: string;
  /** The handler gets the bytes as they came (`req.body` is a Buffer): a signature is over them, not over what they say. */
  readonly rawBody?: boolean;
  /** A browser's EventSource sends no headers: here a `?ticket=` stands for the key. */
  readonly takesTicket?: boolean;
  /** The path takes any single name: a method it doesn't have is then no mistake of the caller's. */
  readonly catchesAll?: boolean;
  /** Whether this call's answer is kept under its `Idempotency-Key`. @default every write's is */
  readonly keepsAnswer?: (body: unknown) => boolean;
}

/** The answer, checked against the declared responses when it is compiled. */
export type Reply<R extends Responses> = {
  [Status in keyof R & number]: R[Status] extends z.ZodType
    ? {
        readonly status: Status;
        readonly body: z.input<R[Status]>;
        readonly headers?: Readonly<Record<string, string>>;
      }
    : { readonly status: Status; readonly headers?: Readonly<Record<string, string>> };
}[keyof R & number];

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : Readonly<Record<string, never>>;

export interface Call<Spec extends RouteSpec> {
  readonly params: Parsed<Spec['params']>;
  readonly query: Parsed<Spec['query']>;
  readonly body: Parsed<Spec['body']>;
  readonly actor: Actor;
  readonly idempotencyKey: string | null;
  /** When the request came in: what must be answered by a certain time counts from here. */
  readonly startedMs: number;
  readonly answered: Answered;
}

/**
 * Keeps the answer under the call's Idempotency-Key in the transaction that does what it tells of. For what can't be seen
 * to have been done already: whoever repeats the call gets this answer, also when the process died right after the commit.
 *
 * @throws Problem when another attempt at the same call has been answered meanwhile: this one must not happen as well.
 */
export type Answered = <R extends PlainReply>(tx: Tx, reply: R) => Promise<R>;

/** A request after the edge knows who calls, before its parts are checked. */
export interface Asked {
  readonly req: Request;
  readonly res: Response;
  readonly actor: Actor;
  readonly idempotencyKey: string | null;
  readonly startedMs: number;
  readonly answered: Answered;
}

export interface PlainReply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly spec: RouteSpec;
  /** Null when the handler has written the response itself. */
  run(asked: Asked): Promise<PlainReply | null>;
}

/** Declared once: this mounts the handler, checks what comes in, and is what `/openapi.json` is generated from. */
export const route =
  <const Spec extends RouteSpec>(spec: Spec) =>
  // A call of its own, so that the handler's answer is checked against a spec whose type is settled.
  (handler: (call: Call<Spec>) => Promise<Reply<Spec['responses']>>): Route => ({
    spec,
    run: (asked) => handler(checked(spec, asked)),
  });

/** For what is not JSON: streams, pages, probes. */
export const rawRoute =
  <const Spec extends RouteSpec>(spec: Spec) =>
  (handler: (call: Call<Spec>, req: Request, res: Response) => Promise<void> | void): Route => ({
    spec,
    async run(asked) {
      await handler(checked(spec, asked), asked.req, asked.res);
      return null;
    },
  });

function checked<Spec extends RouteSpec>(
  spec: Spec,
  { req, actor, idempotencyKey, startedMs, answered }: Asked,
): Call<Spec> {
  const errors: FieldError[] = [];
  const part = (schema: z.ZodType | undefined, value: unknown, at: string): unknown => {
    if (schema === undefined) return {};
    const read = schema.safeParse(value);
    if (read.success) return read.data;
    errors.push(
      ...read.error.issues.map(({ path, message }) => ({
        path: [...(at === '' ? [] : [at]), ...path].join('.'),
        message,
      })),
    );
    return {};
  };
  const params = part(spec.params, req.params, 'path');
  const query = part(spec.query, req.query, 'query');
  const body = part(spec.body, req.body === undefined ? {} : req.body, '');
  if (errors.length > 0) throw invalid(errors);
  const call: Record<keyof Call<Spec>, unknown> = {
    params,
    query,
    body,
    actor,
    idempotencyKey,
    startedMs,
    answered,
  };
  // The schemas are the spec's own, which TypeScript can't follow through `unknown`.
  return call as unknown as Call<Spec>;
}
