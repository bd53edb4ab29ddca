import express, { type RequestHandler } from 'express';
import type { Gate } from './access.ts';
import type { Actor } from './actor.ts';
import type { House } from './house.ts';
import { onceOnly, readIdempotencyKey } from './idempotency.ts';
import { Problem } from './problem.ts';
import { nameRoute } from './request-log.ts';
import type { Answered, PlainReply, Route } from './route.ts';
import { databaseUnavailable, PATIENCE_MS, within } from './unavailable.ts';

/** The larger part of a day's bodies is under 1 kB; a page of catalogue or rules fits as well. */
const BODY_LIMIT = '256kb';

const NOBODY: Actor = { kind: 'nobody' };

/** Without an Idempotency-Key nothing is kept. */
const notKept: Answered = (_tx, reply) => Promise.resolve(reply);

export function mount(app: express.Express, house: House, gate: Gate, routes: readonly Route[]): void {
  for (const route of routes) app[route.spec.method](route.spec.path, ...handlersOf(house, gate, route));

  const methods = new Map<string, string[]>();
  for (const { spec } of routes)
    if (spec.catchesAll !== true)
      methods.set(spec.path, [...(methods.get(spec.path) ?? []), spec.method.toUpperCase()]);
  for (const [path, allowed] of methods) {
    app.all(path, (_req, res) => {
      nameRoute(res, path);
      const Allow = (allowed.includes('GET') ? [...allowed, 'HEAD'] : allowed).join(', ');
      throw new Problem(405, 'method-not-allowed', `Allowed here: ${Allow}.`, { headers: { Allow } });
    });
  }
}

/** Who calls comes before what they send: a stranger's body is never read. */
function handlersOf(house: House, gate: Gate, route: Route): RequestHandler[] {
  const { spec } = route;
  const takesBody = spec.method !== 'get' && spec.method !== 'delete';
  const admitted = new WeakMap<express.Request, { readonly actor: Actor; readonly startedMs: number }>();
  const admit: RequestHandler = async (req, res, next) => {
    nameRoute(res, spec.path);
    const startedMs = Date.now();
    const actor =
      spec.scope === 'public'
        ? NOBODY
        : await within(PATIENCE_MS, gate.admit(spec, req, res), databaseUnavailable);
    admitted.set(req, { actor, startedMs });
    next();
  };
  const answer: RequestHandler = async (req, res) => {
    const idempotencyKey = spec.method === 'get' ? null : readIdempotencyKey(req.get('idempotency-key'));
    const { actor, startedMs } = admitted.get(req) ?? { actor: NOBODY, startedMs: Date.now() };
    const asked = { req, res, actor, idempotencyKey, startedMs, answered: notKept };
    const keeps = idempotencyKey !== null && (spec.keepsAnswer?.(req.body) ?? true);
    const reply = keeps ? await onceOnly(house, route, asked, idempotencyKey) : await route.run(asked);
    if (reply !== null) send(res, reply);
  };
  // Whatever the caller says it is: a body that is not JSON is told so, instead of counting as none.
  const limit = spec.bodyLimit ?? BODY_LIMIT;
  const body =
    spec.rawBody === true
      ? express.raw({ limit, type: () => true })
      : express.json({ limit, type: () => true, strict: false });
  return takesBody ? [admit, body, answer] : [admit, answer];
}

function send(res: express.Response, { status, body, headers = {} }: PlainReply): void {
  res.status(status).set(headers).set('Cache-Control', 'no-store');
  if (body === undefined) res.end();
  else res.type('application/json').send(JSON.stringify(body));
}
