import type { House } from '../house.ts';
import { MetaApps } from '../meta-apps.ts';
import type { Route } from '../route.ts';
import { automationRoutes } from './automation.ts';
import { catalogueRoutes } from './catalogue.ts';
import { codecRoutes } from './codec.ts';
import { consoleRoutes } from './console.ts';
import { conversationActionRoutes } from './conversation-actions.ts';
import { conversationRoutes } from './conversations.ts';
import { documentationRoutes } from './documentation.ts';
import { eventRoutes } from './events.ts';
import { evolutionWebhookRoutes } from './evolution-webhooks.ts';
import { healthRoutes } from './health.ts';
import { keyRoutes } from './keys.ts';
import { lineActionRoutes } from './line-actions.ts';
import { lineLoginRoutes } from './line-login.ts';
import { lineRoutes } from './lines.ts';
import { mediaRoutes } from './media.ts';
import { merchantRoutes } from './merchants.ts';
import { metaAppRoutes } from './meta-apps.ts';
import { metaWebhookRoutes } from './meta-webhooks.ts';
import { persistentConnectionRoutes } from './persistent-connection.ts';
import { orderRoutes } from './orders.ts';
import { probeRoutes } from './probes.ts';
import { ruleAndHourRoutes } from './rules-and-hours.ts';
import { settingRoutes } from './settings.ts';
import { sheetRoutes } from './sheets.ts';
import { simulatorRoutes } from './simulator.ts';
import { templateRoutes } from './templates.ts';
import { webhookRoutes } from './webhooks.ts';

/** Everything the API serves. */
export function allRoutes(house: House): Route[] {
  const metaApps = new MetaApps(house);
  const routes: Route[] = [
    ...merchantRoutes(house),
    ...lineRoutes(house),
    ...lineActionRoutes(house),
    ...lineLoginRoutes(house),
    ...persistentConnectionRoutes(house),
    ...conversationRoutes(house),
    ...conversationActionRoutes(house),
    ...simulatorRoutes(house),
    ...metaAppRoutes(house, metaApps),
    ...metaWebhookRoutes(house, metaApps),
    ...evolutionWebhookRoutes(house),
    ...mediaRoutes(house),
    ...sheetRoutes(house),
    ...orderRoutes(house),
    ...automationRoutes(house),
    ...templateRoutes(house),
    ...catalogueRoutes(house),
    ...ruleAndHourRoutes(house),
    ...settingRoutes(house),
    ...keyRoutes(house),
    ...webhookRoutes(house),
    ...healthRoutes(house),
    ...eventRoutes(house),
    ...codecRoutes(house),
    ...probeRoutes(house),
    ...documentationRoutes(house, () => routes),
    // The last, for it takes any single name.
    ...consoleRoutes(house),
  ];
  return routes;
}
