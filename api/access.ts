import type { Request, Response } from 'express';
import { ipKeyGenerator, rateLimit, type RateLimitRequestHandler } from 'express-rate-limit';
import { ID_PATTERN, merchantId } from '../domain/ids.ts';
import { actorName, may, type Actor } from './actor.ts';
import type { House } from './house.ts';
import { keyIn } from './key-ring.ts';
import { notFound, Problem } from './problem.ts';
import type { RouteSpec } from './route.ts';

const WINDOW_MS = 10_000;
/** Three wrong keys a second is a person who mistypes in a script; a guesser gets 429 and learns nothing. */
const WRONG_KEYS = 30;
/** What a merchant's program may ask: 100 calls a second, sustained. */
const CALLS_PER_KEY = 1_000;
/** The operator's own scripts and the bench; still a bound on a loop gone wild. */
const CALLS_OF_ADMIN = 20_000;

const tooMany = (detail: string, res: Response): Problem => {
  const retryAfter = res.getHeader('Retry-After');
  return new Problem(429, 'too-many-requests', detail, {
    headers: { 'Retry-After': String(retryAfter ?? WINDOW_MS / 1000) },
  });
};

/** Who may call what, and how often. */
export class Gate {
  readonly #house: House;
  readonly #wrongKeys: RateLimitRequestHandler;
  readonly #calls: RateLimitRequestHandler;
  readonly #callers = new WeakMap<Request, Actor>();

  constructor(house: House) {
    this.#house = house;
    const common = {
      windowMs: WINDOW_MS,
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      validate: { trustProxy: false, xForwardedForHeader: false },
    } as const;
    this.#wrongKeys = rateLimit({
      ...common,
      limit: WRONG_KEYS,
      keyGenerator: (req) => ipKeyGenerator(req.ip ?? 'nowhere'),
      handler: (_req, res, next) => next(tooMany('Too many wrong keys from this address.', res)),
    });
    this.#calls = rateLimit({
      ...common,
      limit: (req) => (this.#callers.get(req)?.kind === 'admin' ? CALLS_OF_ADMIN : CALLS_PER_KEY),
      keyGenerator: (req) => {
        const actor = this.#callers.get(req);
        return actor === undefined ? 'nobody' : actorName(actor);
      },
      handler: (_req, res, next) => next(tooMany('This key calls too often.', res)),
    });
  }

  /** The caller, if the route is theirs to call. */
  async admit(spec: RouteSpec, req: Request, res: Response): Promise<Actor> {
    const actor = await this.#identify(spec, req, res);
    this.#callers.set(req, actor);
    await passed(this.#calls, req, res);
    await this.#refuseOthersMerchant(actor, req.params['merchant']);
    if (!may(actor, spec.scope))
      throw new Problem(403, 'missing-scope', `This key lacks the scope "${spec.scope}".`);
    return actor;
  }

  /** A wrong key is counted against its address; a right one passes however many wrong ones came from there. */
  async #identify(spec: RouteSpec, req: Request, res: Response): Promise<Actor> {
    const ticket = spec.takesTicket === true ? req.query['ticket'] : undefined;
    const known = typeof ticket === 'string' ? this.#house.tickets.take(ticket) : null;
    if (known !== null) return known;
    const key = keyIn(req);
    if (key === null)
      throw new Problem(401, 'no-key', 'Send a key in X-Api-Key, or as Authorization: Bearer.', {
        headers: { 'WWW-Authenticate': 'Bearer' },
      });
    const actor = await this.#house.keys.actorOf(key);
    if (actor !== null) return actor;
    this.#house.metrics.refusedKeys.inc();
    await passed(this.#wrongKeys, req, res);
    throw new Problem(401, 'wrong-key', 'This key is not valid.', {
      headers: { 'WWW-Authenticate': 'Bearer' },
    });
  }

  /** Another's merchant and one that doesn't exist look the same. */
  async #refuseOthersMerchant(actor: Actor, asked: string | string[] | undefined): Promise<void> {
    if (asked === undefined) return;
    if (typeof asked !== 'string' || !ID_PATTERN.test(asked)) throw notFound('merchant');
    if (
      actor.kind !== 'admin'
        ? actor.kind === 'nobody' || actor.merchant !== asked
        : (await this.#house.directory.merchant(merchantId(asked))) === null
    )
      throw notFound('merchant');
  }
}

/** An Express middleware as a promise: what it hands to `next` is thrown. */
function passed(middleware: RateLimitRequestHandler, req: Request, res: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (error?: unknown): void => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('a rate limit failed', { cause: error }));
    };
    void middleware(req, res, next);
  });
}
