import type { MerchantId } from '../../domain/ids.ts';
import { configuredLines, configuredShops } from '../../store/configuration.ts';
import type { Tx } from '../../store/database.ts';
import { readNetwork, resetCounts } from '../../store/network.ts';
import type { Actor } from '../actor.ts';
import { shownConfiguration } from '../config-health.ts';
import type { House } from '../house.ts';
import { networkHealthOf } from '../network-health.ts';
import { route, type Route } from '../route.ts';
import { configHealth, healthAction, networkHealth, type NetworkHealth } from '../schemas/health.ts';
import { PATIENCE_MS, temporalUnavailable, within } from '../unavailable.ts';

const tag = 'Health';
const path = '/api/system/network-health';

/** How the world outside is met. A merchant's key sees the merchant's own; the admin's sees the whole house. */
export function healthRoutes({ database, temporalAnswers, channels, settings, logger }: House): Route[] {
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
        model: settings.hasModel ?? false,
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
      responses: { 200: configHealth },
    })(async ({ actor }) => {
      const merchants = await asActor(actor, async (tx) => {
        const lines = await configuredLines(tx, own(actor));
        return (await configuredShops(tx, own(actor))).map((shop) => shownConfiguration(shop, lines));
      });
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
