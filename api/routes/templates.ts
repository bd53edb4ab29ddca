import { normalise } from '../../domain/text.ts';
import type { MerchantId } from '../../domain/ids.ts';
import { renderOrderMessage } from '../../domain/order-message.ts';
import { orderId } from '../../domain/order.ts';
import type { OrderMessage } from '../../domain/order-status.ts';
import { parseTemplate, type Template } from '../../domain/template.ts';
import type { Tx } from '../../store/database.ts';
import { recordAudit } from '../../store/audit.ts';
import { readMerchant, readShopkeeper } from '../../store/merchants.ts';
import { wakeWaiting } from '../../store/order-attention.ts';
import { applyWord } from '../../store/order-statistics.ts';
import { listOrders, readOrder } from '../../store/orders.ts';
import {
  deleteTemplate,
  forgetWord,
  listStatusWords,
  mapWord,
  readTemplate,
  writeTemplate,
  type MessageTemplate,
} from '../../store/templates.ts';
import { actorName } from '../actor.ts';
import type { House } from '../house.ts';
import { invalid, notFound } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { listOf, merchantPath } from '../schemas/common.ts';
import {
  mapWord as mapWordBody,
  putTemplate,
  renderTemplate,
  statusWord,
  template,
  templatePath,
} from '../schemas/order.ts';

const tag = 'Templates';
const all = '/api/merchants/:merchant/templates';
const words = '/api/merchants/:merchant/status-words';
const TYPES: readonly OrderMessage[] = [
  'newOrder',
  'noAnswer',
  'confirmed',
  'shipped',
  'rejectedOffer',
  'reminder',
];

export function templateRoutes({ database, orderMail, logger }: House): Route[] {
  return [
    route({
      method: 'get',
      path: all,
      scope: 'read',
      tag,
      summary: 'The messages of orders, each rendered on the newest order',
      params: merchantPath,
      responses: { 200: listOf(template) },
    })(async ({ params: { merchant } }) => {
      const items = await database.look(merchant, async (tx) => {
        const language = (await readMerchant(tx, merchant))?.language ?? 'ar';
        const found = [];
        for (const type of TYPES)
          found.push(await rendered(tx, merchant, await readTemplate(tx, merchant, type, language)));
        return found;
      });
      return { status: 200, body: { items, next: null } };
    }),
    route({
      method: 'get',
      path: `${all}/:type`,
      scope: 'read',
      tag,
      summary: 'One of the messages, rendered on the newest order',
      params: templatePath,
      responses: { 200: template },
    })(async ({ params: { merchant, type } }) => ({
      status: 200,
      body: await database.look(merchant, async (tx) => {
        const language = (await readMerchant(tx, merchant))?.language ?? 'ar';
        return rendered(tx, merchant, await readTemplate(tx, merchant, type, language));
      }),
    })),
    route({
      method: 'put',
      path: `${all}/:type`,
      scope: 'manage',
      tag,
      summary: 'Saves a template, if nothing in it could reach a customer raw',
      params: templatePath,
      body: putTemplate,
      responses: { 200: template },
    })(async ({ params: { merchant, type }, body: { text, discount }, actor }) => {
      parsed(text);
      const body = await database.merchant(merchant, async (tx) => {
        await writeTemplate(tx, merchant, { type, text, discount });
        await wakeWaiting(tx, merchant, new Date());
        await recordAudit(tx, merchant, { actor: actorName(actor), action: 'template.saved', subject: type });
        return rendered(tx, merchant, { type, text, discount, isStarter: false });
      });
      return { status: 200, body };
    }),
    route({
      method: 'delete',
      path: `${all}/:type`,
      scope: 'manage',
      tag,
      summary: 'Back to the starter',
      params: templatePath,
      responses: { 204: null },
    })(async ({ params: { merchant, type }, actor }) => {
      await database.merchant(merchant, async (tx) => {
        if (!(await deleteTemplate(tx, merchant, type))) return;
        await wakeWaiting(tx, merchant, new Date());
        await recordAudit(tx, merchant, {
          actor: actorName(actor),
          action: 'template.reset',
          subject: type,
        });
      });
      return { status: 204 };
    }),
    route({
      method: 'post',
      path: `${all}/:type/render`,
      scope: 'read',
      tag,
      summary: 'A template that is being written, on a real order; saves nothing',
      params: templatePath,
      body: renderTemplate,
      responses: { 200: template },
    })(async ({ params: { merchant, type }, body: { text, discount, order } }) => {
      parsed(text);
      const body = await database.merchant(merchant, (tx) =>
        rendered(tx, merchant, { type, text, discount, isStarter: false }, order),
      );
      return { status: 200, body };
    }),
    route({
      method: 'get',
      path: words,
      scope: 'read',
      tag,
      summary: 'The merchant’s own status words, and those that nobody has given a meaning',
      params: merchantPath,
      responses: { 200: listOf(statusWord) },
    })(async ({ params: { merchant } }) => ({
      status: 200,
      body: { items: await database.merchant(merchant, (tx) => listStatusWords(tx, merchant)), next: null },
    })),
    route({
      method: 'put',
      path: words,
      scope: 'manage',
      tag,
      summary: 'Gives a status word its meaning, in all its spellings',
      params: merchantPath,
      body: mapWordBody,
      responses: { 200: statusWord },
    })(async ({ params: { merchant }, body: { word, category }, actor }) => {
      const { mapped, orders } = await database.merchant(merchant, async (tx) => {
        await recordAudit(tx, merchant, {
          actor: actorName(actor),
          action: 'status-word.mapped',
          subject: normalise(word),
          detail: { category },
        });
        return {
          mapped: await mapWord(tx, merchant, word, category),
          orders: await applyWord(tx, merchant, word, category, new Date()),
        };
      });
      for (const order of orders)
        await orderMail
          .orderNews({ merchant, order: orderId(order) }, 'status-word')
          .catch((error: unknown) => logger.warn({ event: 'order not told', merchant, order, err: error }));
      return { status: 200, body: mapped };
    }),
    route({
      method: 'delete',
      path: words,
      scope: 'manage',
      tag,
      summary: 'Forgets a word of the merchant’s own',
      params: merchantPath,
      query: mapWordBody.pick({ word: true }),
      responses: { 204: null },
    })(async ({ params: { merchant }, query: { word } }) => {
      if (!(await database.merchant(merchant, (tx) => forgetWord(tx, merchant, word))))
        throw notFound('status-word');
      return { status: 204 };
    }),
  ];
}

/** What is wrong with it is told at once, each with its place. */
function parsed(text: string): Template {
  const result = parseTemplate(text);
  if (result.ok) return result.template;
  throw invalid(
    result.errors.map(({ code, variable, at }) => ({
      path: 'text',
      message: variable === '' ? `${code} at ${at}` : `${code} at ${at}: {${variable}}`,
    })),
  );
}

async function rendered(
  tx: Tx,
  merchant: MerchantId,
  { type, text, discount, isStarter }: MessageTemplate,
  order?: string,
) {
  const shop = await readShopkeeper(tx, merchant);
  const [newest] =
    order === undefined
      ? await listOrders(tx, merchant, {}, null, 1)
      : [await readOrder(tx, merchant, orderId(order))];
  if (order !== undefined && newest == null) throw notFound('order');
  const result =
    shop === null || newest == null
      ? null
      : renderOrderMessage(parsed(text), newest, shop, discount ?? undefined);
  return {
    type,
    text,
    discount,
    isStarter,
    rendered: result?.ok === true ? result.text : null,
    missing: result?.ok === false ? [...result.missing] : [],
  };
}
