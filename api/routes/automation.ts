import type { MerchantId } from '../../domain/ids.ts';
import { merchantId } from '../../domain/ids.ts';
import { recordAudit } from '../../store/audit.ts';
import { listMerchants } from '../../store/merchants.ts';
import { wakeWaiting } from '../../store/order-attention.ts';
import { orderCounts } from '../../store/order-statistics.ts';
import { lineHistory, readLine } from '../../store/lines.ts';
import { readSheet, runSheet } from '../../store/sheets.ts';
import { actorName, type Actor } from '../actor.ts';
import type { House } from '../house.ts';
import { notFound, Problem } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { isoOrNull } from '../schemas/common.ts';
import { automation, forMerchant } from '../schemas/order.ts';

const tag = 'Automation';

export function automationRoutes(house: House): Route[] {
  const { database } = house;

  const run = async (named: MerchantId | undefined, running: boolean, actor: Actor) => {
    const merchant = await meant(house, named, actor);
    const changed = await database.merchant(merchant, async (tx) => {
      const outcome = await runSheet(tx, merchant, running, new Date());
      if (outcome === true) {
        await recordAudit(tx, merchant, {
          actor: actorName(actor),
          action: running ? 'automation.started' : 'automation.stopped',
        });
        // Those that waited for the start go on, and what is stopped says so.
        await wakeWaiting(tx, merchant, new Date());
      }
      return outcome;
    });
    if (changed === null) throw new Problem(409, 'no-sheet', 'The merchant has no sheet yet: PUT one first.');
    await house.orderMail.pollNow(merchant, running ? 'started' : 'stopped');
    return { status: 200, body: await statusOf(house, merchant) } as const;
  };

  return [
    route({
      method: 'post',
      path: '/api/automation/start',
      scope: 'manage',
      tag,
      summary: 'Watches the merchant’s sheet from now on',
      body: forMerchant,
      responses: { 200: automation },
    })(({ body: { merchant }, actor }) => run(merchant, true, actor)),
    route({
      method: 'post',
      path: '/api/automation/stop',
      scope: 'manage',
      tag,
      summary: 'Nothing is read and nothing is sent for orders until it is started again',
      body: forMerchant,
      responses: { 200: automation },
    })(({ body: { merchant }, actor }) => run(merchant, false, actor)),
    route({
      method: 'get',
      path: '/api/automation/status',
      scope: 'read',
      tag,
      summary: 'Whether the sheet is watched, and what came of it',
      query: forMerchant,
      responses: { 200: automation },
    })(async ({ query: { merchant }, actor }) => ({
      status: 200,
      body: await statusOf(house, await meant(house, merchant, actor)),
    })),
  ];
}

/** Whose automation: the one that is named, the key's own, or the only one there is. */
async function meant(
  { database, directory }: House,
  named: MerchantId | undefined,
  actor: Actor,
): Promise<MerchantId> {
  if (actor.kind === 'key') {
    if (named !== undefined && named !== actor.merchant) throw notFound('merchant');
    return actor.merchant;
  }
  if (named !== undefined) {
    if ((await directory.merchant(named)) === null) throw notFound('merchant');
    return named;
  }
  const [only, another] = await database.system((tx) => listMerchants(tx, '', 2));
  if (only === undefined) throw notFound('merchant');
  if (another !== undefined)
    throw new Problem(422, 'merchant-needed', 'There are several merchants here: name one in `merchant`.');
  return merchantId(only.id);
}

const statusOf = ({ database }: House, merchant: MerchantId) =>
  database.look(merchant, async (tx) => {
    const sheet = await readSheet(tx, merchant);
    const line = sheet === null ? null : await readLine(tx, merchant, sheet.line);
    const history = line === null ? [] : await lineHistory(tx, merchant, line.id, 200);
    const problems = [...(sheet?.problems ?? []), ...(sheet?.trouble == null ? [] : [{ ...sheet.trouble }])];
    const up = (state: string): boolean => state === 'connected';
    const lost = history.filter(
      ({ state }) => state === 'degraded' || state === 'starting' || state === 'needs-qr',
    ).length;
    return {
      merchant,
      running: sheet?.running ?? false,
      since: isoOrNull(sheet?.since ?? null),
      sheet: { lastPollAt: isoOrNull(sheet?.lastPollAt ?? null), rows: sheet?.rows ?? null, problems },
      counts: await orderCounts(tx, merchant),
      whatsappConnectionHealth:
        line === null
          ? ('critical' as const)
          : up(line.state)
            ? ('healthy' as const)
            : line.state === 'degraded' || line.state === 'no-new-chats'
              ? ('degraded' as const)
              : ('critical' as const),
      performance: {
        whatsappConnectionIssues: lost,
        // Newest first: a connection that follows anything but the line's creation came back by itself.
        automaticReconnections: history.filter(
          ({ state }, index) =>
            up(state) && history[index + 1] !== undefined && history[index + 1]?.state !== 'stopped',
        ).length,
      },
    };
  });
