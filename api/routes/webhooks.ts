import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { recordAudit } from '../../store/audit.ts';
import { eventId } from '../../store/webhook-payload.ts';
import {
  askAgain,
  changeWebhook,
  createWebhook,
  deleteWebhook,
  listDeliveries,
  listWebhooks,
  readWebhook,
  type Webhook,
} from '../../store/webhooks.ts';
import { actorName } from '../actor.ts';
import { pageOf, readCursor } from '../cursor.ts';
import type { House } from '../house.ts';
import { notFound, Problem } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { afterNumber, afterText, iso, isoOrNull, listOf, merchantPath, page } from '../schemas/common.ts';
import {
  createdWebhook,
  delivery,
  deliveryPage,
  deliveryPath,
  newWebhook,
  webhook,
  webhookPatch,
  webhookPath,
} from '../schemas/webhooks.ts';

const tag = 'Webhooks';
const all = '/api/merchants/:merchant/webhooks';
const one = `${all}/:webhook`;

const view = ({ id, url, events, active, createdAt }: Webhook): z.input<typeof webhook> => ({
  id,
  url,
  events,
  active,
  createdAt: iso(createdAt),
});

/** The merchant's own systems that are told what happens. */
export function webhookRoutes({ database, seal }: House): Route[] {
  return [
    route({
      method: 'get',
      path: all,
      scope: 'read',
      tag,
      summary: 'Who is told what',
      params: merchantPath,
      query: page,
      responses: { 200: listOf(webhook) },
    })(async ({ params: { merchant }, query: { cursor, limit } }) => {
      const rows = await database.merchant(merchant, (tx) =>
        listWebhooks(tx, merchant, readCursor(afterText, cursor) ?? '', limit + 1),
      );
      return { status: 200, body: pageOf(rows, limit, (last) => last.id, view) };
    }),
    route({
      method: 'post',
      path: all,
      scope: 'manage',
      tag,
      summary: 'A new receiver of events',
      description:
        'Each event is posted as JSON with X-Zajel-Event, X-Zajel-Timestamp and X-Zajel-Signature: `sha256=` and the HMAC-SHA256 of `timestamp.body` with the secret.',
      params: merchantPath,
      body: newWebhook,
      responses: { 201: createdWebhook },
    })(async ({ params: { merchant }, body, actor }) => {
      const secret = body.secret ?? `whsec_${randomBytes(32).toString('base64url')}`;
      const created = await database.merchant(merchant, async (tx) => {
        if (
          !(await createWebhook(tx, merchant, {
            id: body.id,
            url: body.url,
            events: body.events,
            secret: seal.seal(Buffer.from(secret)),
          }))
        )
          return null;
        await recordAudit(tx, merchant, {
          actor: actorName(actor),
          action: 'webhook.created',
          subject: body.id,
          detail: { events: body.events },
        });
        return readWebhook(tx, merchant, body.id);
      });
      if (created === null) throw new Problem(409, 'webhook-taken', 'There is a webhook with this id.');
      return { status: 201, body: { ...view(created), secret } };
    }),
    route({
      method: 'get',
      path: one,
      scope: 'read',
      tag,
      summary: 'One receiver',
      params: webhookPath,
      responses: { 200: webhook },
    })(async ({ params: { merchant, webhook: id } }) => {
      const found = await database.merchant(merchant, (tx) => readWebhook(tx, merchant, id));
      if (found === null) throw notFound('webhook');
      return { status: 200, body: view(found) };
    }),
    route({
      method: 'patch',
      path: one,
      scope: 'manage',
      tag,
      summary: 'Another address, other events, on or off',
      params: webhookPath,
      body: webhookPatch,
      responses: { 200: webhook },
    })(async ({ params: { merchant, webhook: id }, body, actor }) => {
      const changed = await database.merchant(merchant, async (tx) => {
        const after = await changeWebhook(tx, merchant, id, body);
        if (after !== null)
          await recordAudit(tx, merchant, {
            actor: actorName(actor),
            action: 'webhook.changed',
            subject: id,
            detail: { fields: Object.keys(body) },
          });
        return after;
      });
      if (changed === null) throw notFound('webhook');
      return { status: 200, body: view(changed) };
    }),
    route({
      method: 'delete',
      path: one,
      scope: 'manage',
      tag,
      summary: 'Removes the receiver and what waits for it',
      params: webhookPath,
      responses: { 204: null },
    })(async ({ params: { merchant, webhook: id }, actor }) => {
      const gone = await database.merchant(merchant, async (tx) => {
        const deleted = await deleteWebhook(tx, merchant, id);
        if (deleted)
          await recordAudit(tx, merchant, {
            actor: actorName(actor),
            action: 'webhook.deleted',
            subject: id,
          });
        return deleted;
      });
      if (!gone) throw notFound('webhook');
      return { status: 204 };
    }),
    route({
      method: 'get',
      path: `${one}/deliveries`,
      scope: 'read',
      tag,
      summary: 'What was delivered, waits, or was laid aside; newest first',
      params: webhookPath,
      query: deliveryPage,
      responses: { 200: listOf(delivery) },
    })(async ({ params: { merchant, webhook: id }, query: { cursor, limit, state } }) => {
      const rows = await database.merchant(merchant, (tx) =>
        listDeliveries(
          tx,
          { merchant, webhook: id },
          state ?? null,
          readCursor(afterNumber, cursor),
          limit + 1,
        ),
      );
      return {
        status: 200,
        body: pageOf(
          rows,
          limit,
          (last) => last.event,
          ({ event, kind, happenedAt, lastAttemptAt, state: became, attempts, status, problem }) => ({
            event: eventId(event),
            type: kind,
            at: iso(happenedAt),
            state: became,
            attempts,
            status,
            problem,
            lastAttemptAt: isoOrNull(lastAttemptAt),
          }),
        ),
      };
    }),
    route({
      method: 'post',
      path: `${one}/deliveries/:event/redeliver`,
      scope: 'manage',
      tag,
      summary: 'Sends the event once more, under the same id',
      params: deliveryPath,
      responses: { 202: null },
    })(async ({ params: { merchant, webhook: id, event }, actor }) => {
      const asked = await database.merchant(merchant, async (tx) => {
        const again = await askAgain(tx, { merchant, webhook: id, event });
        if (again)
          await recordAudit(tx, merchant, {
            actor: actorName(actor),
            action: 'webhook.redelivered',
            subject: id,
            detail: { event: eventId(event) },
          });
        return again;
      });
      if (!asked) throw notFound('delivery');
      return { status: 202 };
    }),
  ];
}
