import type { MerchantId } from '../../domain/ids.ts';
import { orderId } from '../../domain/order.ts';
import { messageFor } from '../../domain/order-status.ts';
import { normalise } from '../../domain/text.ts';
import { recordAudit } from '../../store/audit.ts';
import type { Tx } from '../../store/database.ts';
import { readMerchant } from '../../store/merchants.ts';
import { callAttention } from '../../store/order-attention.ts';
import { conversationOfOrder } from '../../store/order-conversation.ts';
import { decideOrder } from '../../store/order-decisions.ts';
import { askForSaying, sayingsOf } from '../../store/order-messages.ts';
import { decisionsPerDay, ordersPerDay } from '../../store/order-statistics.ts';
import { orderTimeline, recordOrderEvent } from '../../store/order-events.ts';
import { listOrders, readOrder, type Order } from '../../store/orders.ts';
import { orderWorkflowId } from '../../workflows/ids.ts';
import { actorName, type Actor } from '../actor.ts';
import { BYTE_ORDER_MARK, csvRow } from '../csv.ts';
import { pageOf, readCursor } from '../cursor.ts';
import type { House } from '../house.ts';
import { orderView } from '../order-view.ts';
import { runsOf } from '../temporal-ui.ts';
import { notFound, Problem } from '../problem.ts';
import { rawRoute, route, type Route } from '../route.ts';
import { iso, listOf, merchantPath } from '../schemas/common.ts';
import {
  order,
  orderPath,
  orderPosition,
  ordersQuery,
  orderSummary,
  resend,
  statistics,
  statisticsQuery,
} from '../schemas/order.ts';

const tag = 'Orders';
const all = '/api/merchants/:merchant/orders';
/** As many orders as one export reads at a time. */
const EXPORT_PAGE = 500;

export function orderRoutes(house: House): Route[] {
  const { database } = house;

  /** What was stored is told; when Temporal is away the sweep tells it later. */
  const tell = async (merchant: MerchantId, id: Order['id'], what: string): Promise<void> => {
    try {
      await house.orderMail.orderNews({ merchant, order: id }, what);
    } catch (error) {
      house.logger.warn({ event: 'order not told', merchant, order: id, err: error });
    }
  };

  const viewIn = async (tx: Tx, merchant: MerchantId, id: string) => {
    const found = await known(tx, merchant, id);
    const timeline = await orderTimeline(tx, merchant, found.id);
    return {
      ...orderView(found),
      workflowUrl: runsOf(house.settings.temporalUi, orderWorkflowId(merchant, found.id)),
      conversation: await conversationOfOrder(tx, merchant, found),
      timeline: timeline.map(({ at, ...event }) => ({ at: iso(at), ...event })),
    };
  };
  const view = (merchant: MerchantId, id: string) =>
    database.merchant(merchant, (tx) => viewIn(tx, merchant, id));

  const decided = async (merchant: MerchantId, id: string, decision: 'confirm' | 'cancel', actor: Actor) => {
    const found = await database.merchant(merchant, async (tx) => {
      const one = await known(tx, merchant, id);
      const outcome = await decideOrder(
        tx,
        { merchant, order: one.id },
        { decision, by: actorName(actor), turn: null, at: new Date() },
      );
      if (outcome === 'over')
        throw new Problem(409, 'order-over', 'The order is delivered or cancelled already.');
      await recordAudit(tx, merchant, {
        actor: actorName(actor),
        action: `order.${decision}`,
        subject: one.id,
      });
      return one;
    });
    await tell(merchant, found.id, decision);
    return { status: 202, body: await view(merchant, found.id) } as const;
  };

  return [
    route({
      method: 'get',
      path: all,
      scope: 'read',
      tag,
      summary: 'Orders, the most recently changed first',
      params: merchantPath,
      query: ordersQuery,
      responses: { 200: listOf(orderSummary) },
    })(async ({ params: { merchant }, query: { cursor, limit, q, category, phase, waiting } }) => {
      const after = readCursor(orderPosition, cursor);
      const filter = {
        ...(category === undefined ? {} : { category }),
        ...(phase === undefined ? {} : { phase }),
        ...(waiting === undefined ? {} : { waiting }),
        ...(q === undefined ? {} : { text: q }),
      };
      const rows = await database.merchant(merchant, (tx) =>
        listOrders(tx, merchant, filter, after, limit + 1),
      );
      return {
        status: 200,
        body: pageOf(rows, limit, (last) => ({ at: last.updatedAt.toISOString(), id: last.id }), orderView),
      };
    }),
    rawRoute({
      method: 'get',
      path: '/api/merchants/:merchant/orders.csv',
      scope: 'read',
      tag,
      summary: 'All orders as a file for a spreadsheet program',
      params: merchantPath,
      responses: { 200: { contentType: 'text/csv' } },
    })(async ({ params: { merchant } }, _req, res) => {
      res
        .status(200)
        .type('text/csv; charset=utf-8')
        .set('Content-Disposition', 'attachment; filename="orders.csv"')
        .set('Cache-Control', 'no-store');
      res.write(
        BYTE_ORDER_MARK +
          csvRow([
            'order',
            'name',
            'phone',
            'product',
            'total',
            'status',
            'category',
            'phase',
            'waiting',
            'updatedAt',
          ]),
      );
      let after: { at: Date; id: string } | null = null;
      for (;;) {
        const from: typeof after = after;
        const rows: Order[] = await database.merchant(merchant, (tx) =>
          listOrders(tx, merchant, {}, from, EXPORT_PAGE),
        );
        for (const row of rows) {
          const { number, id, name, phone, product, total, statusText, category, phase, waiting, updatedAt } =
            orderView(row);
          const cells = [
            number ?? id,
            name,
            phone,
            product,
            total,
            statusText,
            category,
            phase,
            waiting?.reason ?? null,
            updatedAt,
          ];
          res.write(csvRow(cells.map((cell) => cell ?? '')));
        }
        const last = rows.at(-1);
        if (last === undefined || rows.length < EXPORT_PAGE) break;
        after = { at: last.updatedAt, id: last.id };
      }
      res.end();
    }),
    route({
      method: 'get',
      path: `${all}/:order`,
      scope: 'read',
      tag,
      summary: 'One order: its timeline, what waits and why',
      params: orderPath,
      responses: { 200: order },
    })(async ({ params: { merchant, order: id } }) => ({ status: 200, body: await view(merchant, id) })),
    route({
      method: 'post',
      path: `${all}/:order/resend`,
      scope: 'send',
      tag,
      summary: 'Sends a message of the order again',
      params: orderPath,
      body: resend,
      responses: { 202: order },
    })(async ({ params: { merchant, order: id }, body: { type }, actor, answered }) => {
      const reply = await database.merchant(merchant, async (tx) => {
        const one = await known(tx, merchant, id);
        const ref = { merchant, order: one.id };
        const last = (await sayingsOf(tx, ref)).findLast(
          ({ state }) => state === 'said' || state === 'failed',
        );
        const wanted = type ?? last?.type ?? (one.category === null ? null : messageFor(one.category));
        if (wanted === null)
          throw new Problem(
            409,
            'nothing-to-send',
            'The order’s status calls for no message: name a `type`.',
          );
        await askForSaying(tx, ref, wanted, new Date());
        await recordOrderEvent(
          tx,
          merchant,
          one.id,
          'resend-asked',
          { type: wanted, by: actorName(actor) },
          new Date(),
        );
        await callAttention(tx, ref, new Date());
        return answered(tx, { status: 202, body: await viewIn(tx, merchant, one.id) } as const);
      });
      await tell(merchant, orderId(reply.body.id), 'resend');
      return reply;
    }),
    route({
      method: 'post',
      path: `${all}/:order/confirm`,
      scope: 'send',
      tag,
      summary: 'Confirms the order by hand',
      params: orderPath,
      responses: { 202: order },
    })(({ params: { merchant, order: id }, actor }) => decided(merchant, id, 'confirm', actor)),
    route({
      method: 'post',
      path: `${all}/:order/cancel`,
      scope: 'send',
      tag,
      summary: 'Cancels the order by hand',
      params: orderPath,
      responses: { 202: order },
    })(({ params: { merchant, order: id }, actor }) => decided(merchant, id, 'cancel', actor)),
    route({
      method: 'get',
      path: '/api/merchants/:merchant/statistics',
      scope: 'read',
      tag,
      summary: 'Sent, delivered, read, answered, confirmed and cancelled, per day',
      params: merchantPath,
      query: statisticsQuery,
      responses: { 200: statistics },
    })(async ({ params: { merchant }, query: { from, to } }) => {
      const body = await database.merchant(merchant, async (tx) => {
        const timezone = (await readMerchant(tx, merchant))?.timezone ?? 'UTC';
        const days = { from: from ?? null, to: to ?? null, timezone };
        return {
          messages: await ordersPerDay(tx, merchant, days),
          answers: await decisionsPerDay(tx, merchant, days),
        };
      });
      return { status: 200, body };
    }),
  ];
}

/** By its id; also as people write the number, in any spelling. */
async function known(tx: Tx, merchant: MerchantId, id: string): Promise<Order> {
  const found =
    (await readOrder(tx, merchant, orderId(id))) ?? (await readOrder(tx, merchant, orderId(normalise(id))));
  if (found === null) throw notFound('order');
  return found;
}
