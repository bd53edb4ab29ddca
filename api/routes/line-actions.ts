import type { LineId, MerchantId } from '../../domain/ids.ts';
import { PLATFORM_OF } from '../../domain/message.ts';
import { recordAudit } from '../../store/audit.ts';
import type { Tx } from '../../store/database.ts';
import { moveLine, readLine, type LineState } from '../../store/lines.ts';
import { actorName, type Actor } from '../actor.ts';
import type { House } from '../house.ts';
import { lineView } from '../line-view.ts';
import { actOnHeld } from '../held-line.ts';
import { notFound } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { line, linePath } from '../schemas/line.ts';
import { wakeLine } from '../wake-line.ts';

const tag = 'Lines';
const one = '/api/merchants/:merchant/lines/:line';

const ACTIONS = {
  start: { summary: 'Connects the line and sends what waits', steps: ['connected'] },
  stop: { summary: 'Stops the line; what is to be sent waits', steps: ['stopped'] },
  restart: { summary: 'Stops and starts', steps: ['stopped', 'connected'] },
  logout: { summary: 'Ends the login; nobody but a person begins a new one', steps: ['logged-out'] },
} as const satisfies Record<string, { summary: string; steps: readonly LineState[] }>;

type Action = keyof typeof ACTIONS;
const names: readonly Action[] = ['start', 'stop', 'restart', 'logout'];

export function lineActionRoutes(house: House): Route[] {
  return names.map((action) =>
    route({
      method: 'post',
      path: `${one}/${action}`,
      scope: 'manage',
      tag,
      summary: ACTIONS[action].summary,
      params: linePath,
      responses: { 200: line },
    })(async ({ params, actor }) => ({
      status: 200,
      body: await ((await isHeld(house, params))
        ? actOnHeld(house, params, action, actorName(actor))
        : act(house, params.merchant, params.line, action, actor)),
    })),
  );
}

/** A connection of its own: a browser that somebody has to open and close. */
async function isHeld(
  { directory }: House,
  { merchant, line: id }: { readonly merchant: MerchantId; readonly line: LineId },
): Promise<boolean> {
  return (await directory.line(merchant, id))?.channel === 'whatsapp-web';
}

/** Doing it twice is doing it once; a start always wakes what waits, in case an earlier wake-up got lost. */
async function act(house: House, merchant: MerchantId, id: LineId, action: Action, actor: Actor) {
  const done = await house.database.merchant(merchant, async (tx) => {
    const before = await readLine(tx, merchant, id);
    if (before === null) throw notFound('line');
    await move(tx, merchant, id, action, actor);
    const after = (await readLine(tx, merchant, id)) ?? before;
    return {
      platform: PLATFORM_OF[after.channel],
      view: await lineView(tx, after),
      isUp: after.state === 'connected',
    };
  });
  if (done.isUp) await wakeLine(house, { merchant, id, platform: done.platform }, `line ${id} was started`);
  return done.view;
}

async function move(tx: Tx, merchant: MerchantId, id: LineId, action: Action, actor: Actor): Promise<void> {
  let moved = false;
  for (const state of ACTIONS[action].steps) {
    const desired = state === 'connected' ? 'started' : 'stopped';
    moved =
      (await moveLine(tx, merchant, id, { state, why: `${action} by ${actorName(actor)}`, desired })) ||
      moved;
  }
  if (moved)
    await recordAudit(tx, merchant, { actor: actorName(actor), action: `line.${action}`, subject: id });
}
