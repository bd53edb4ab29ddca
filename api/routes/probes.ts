import { z } from 'zod';
import { serialiseError } from '../../domain/errors.ts';
import { isLoopback } from '../host-check.ts';
import type { House } from '../house.ts';
import { keyIn } from '../key-ring.ts';
import { Problem } from '../problem.ts';
import { rawRoute, route, type Route } from '../route.ts';
import { within } from '../unavailable.ts';

const tag = 'Probes';
const answer = z.enum(['ok', 'unreachable']);
/** Shorter than the pause between two probes of any orchestrator. */
const PROBE_MS = 1_500;

export function probeRoutes({ database, temporalAnswers, registry, keys, logger }: House): Route[] {
  const ask = async (what: string, question: () => Promise<void>): Promise<z.infer<typeof answer>> => {
    try {
      await within(
        PROBE_MS,
        question(),
        () => new Problem(503, `${what}-unavailable`, `${what} did not answer the probe`),
      );
      return 'ok';
    } catch (error) {
      logger.warn({ err: serialiseError(error), what }, 'not ready');
      return 'unreachable';
    }
  };
  const readiness = z.object({ database: answer, temporal: answer });
  return [
    route({
      method: 'get',
      path: '/livez',
      scope: 'public',
      tag,
      summary: 'The process is alive',
      responses: { 200: z.object({ alive: z.literal(true) }) },
    })(() => Promise.resolve({ status: 200, body: { alive: true } })),
    route({
      method: 'get',
      path: '/readyz',
      scope: 'public',
      tag,
      summary: 'Everything needed to accept a message answers',
      responses: { 200: readiness, 503: readiness },
    })(async () => {
      const [databaseSays, temporalSays] = await Promise.all([
        ask('database', () => database.ping()),
        ask('temporal', temporalAnswers),
      ]);
      const status = databaseSays === 'ok' && temporalSays === 'ok' ? 200 : 503;
      return { status, body: { database: databaseSays, temporal: temporalSays } };
    }),
    rawRoute({
      method: 'get',
      path: '/metrics',
      scope: 'public',
      tag,
      summary: 'Prometheus metrics',
      description: 'Without a key from this machine only; else with the admin key.',
      responses: { 200: { contentType: 'text/plain' } },
    })(async (_call, req, res) => {
      // A proxy on this machine speaks for somebody else, and says so.
      const fromHere =
        isLoopback((req.socket.remoteAddress ?? '').replace(/^::ffff:/, '')) &&
        req.get('x-forwarded-for') === undefined &&
        req.get('forwarded') === undefined;
      const key = keyIn(req);
      const isAdmin = key !== null && (await keys.actorOf(key))?.kind === 'admin';
      if (!fromHere && !isAdmin)
        throw new Problem(401, 'no-key', 'Metrics are read with the admin key, or from the machine itself.');
      res.type(registry.contentType).send(await registry.metrics());
    }),
  ];
}
