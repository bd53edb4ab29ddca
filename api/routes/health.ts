import type { MerchantId } from '../../domain/ids.ts';
import { configuredLines, configuredShops } from '../../store/configuration.ts';
import { linesToProbe } from '../../store/lines.ts';
import type { Tx } from '../../store/database.ts';
import { readNetwork, resetCounts } from '../../store/network.ts';
import type { Actor } from '../actor.ts';
import { shownConfiguration } from '../config-health.ts';
import type { House } from '../house.ts';
import { Probes } from '../probes.ts';
import { networkHealthOf } from '../network-health.ts';
import { route, type Route } from '../route.ts';
import {
  configHealth,
  configQuery,
  healthAction,
  networkHealth,
  type NetworkHealth,
} from '../schemas/health.ts';
import { PATIENCE_MS, temporalUnavailable, within } from '../unavailable.ts';

const tag = 'Health';
const path = '/api/system/network-health';

/** How the world outside is met. A merchant's key sees the merchant's own; the admin's sees the whole house. */
export function healthRoutes(house: House): Route[] {
  const { database, temporalAnswers, channels, settings, logger } = house;
  const probes = new Probes(house);
  const own = (actor: Actor): MerchantId | null => (actor.kind === 'key' ? actor.merchant : null);
  const asActor = <T>(actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> => {
    const merchant = own(actor);
    return merchant === null ? database.system(work) : database.merchant(merchant, work);
  };
  const read = (actor: Actor): Promise<NetworkHealth> =>
    asActor(actor, async (tx) => {
      const merchant = own(actor);
      const reports = await readNetwork(tx, Date.now(), settings.networkWindowMs, merchant);
      const shops = await configuredShops(tx, merchant);
      const sheets = shops.filter(({ sheet }) => sheet === 'google').length;
      return networkHealthOf(reports, await configuredLines(tx, merchant), {
        sheets,
        model: settings.modelConfigured ?? false,
      });
    });

  return [
    route({
      method: 'get',
      path,
      scope: 'read',
      tag,
      summary: 'How calls to the outside go, and what to do',
      responses: { 200: networkHealth },
    })(async ({ actor }) => ({ status: 200, body: await read(actor) })),
    route({
      method: 'post',
      path,
      scope: 'manage',
      tag,
      summary: 'Counting starts anew',
      body: healthAction,
      responses: { 200: networkHealth },
    })(async ({ actor }) => {
      await asActor(actor, (tx) => resetCounts(tx, own(actor)));
      return { status: 200, body: await read(actor) };
    }),
    route({
      method: 'get',
      path: '/api/config/health',
      scope: 'read',
      tag,
      summary: 'What is configured, reachable, missing, expired; without a secret',
      query: configQuery,
      responses: { 200: configHealth },
    })(async ({ actor, query }) => {
      const { shops, configured, lines } = await asActor(actor, async (tx) => ({
        configured: await configuredLines(tx, own(actor)),
        shops: await configuredShops(tx, own(actor)),
        lines: query.probe === 'true' ? await linesToProbe(tx, own(actor)) : [],
      }));
      const probed = await probes.of(lines);
      const merchants = shops.map((shop) => shownConfiguration(shop, configured, probed));
      const reachable = await within(PATIENCE_MS, temporalAnswers(), temporalUnavailable).then(
        () => true,
        (error: unknown) => {
          logger.warn({ event: 'temporal does not answer', err: error });
          return false;
        },
      );
      return {
        status: 200,
        body: {
          success: true,
          database: { reachable: true },
          temporal: { reachable },
          channels: [...channels.keys()],
          merchants,
        },
      };
    }),
  ];
}
