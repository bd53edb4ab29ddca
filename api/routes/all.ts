import type { House } from '../house.ts';
import type { Route } from '../route.ts';
import { conversationActionRoutes } from './conversation-actions.ts';
import { conversationRoutes } from './conversations.ts';
import { lineActionRoutes } from './line-actions.ts';
import { lineRoutes } from './lines.ts';
import { merchantRoutes } from './merchants.ts';
import { probeRoutes } from './probes.ts';
import { simulatorRoutes } from './simulator.ts';

/** Everything the API serves. */
export function allRoutes(house: House): Route[] {
  return [
    ...merchantRoutes(house),
    ...lineRoutes(house),
    ...lineActionRoutes(house),
    ...conversationRoutes(house),
    ...conversationActionRoutes(house),
    ...simulatorRoutes(house),
    ...probeRoutes(house),
  ];
}
