import { recordAudit } from '../../store/audit.ts';
import {
  deleteCatalogueItem,
  listCatalogue,
  putCatalogueItem,
  readCatalogueItem,
} from '../../store/catalogue.ts';
import { lockMerchant } from '../../store/merchant-lock.ts';
import { actorName } from '../actor.ts';
import { pageOf, readCursor } from '../cursor.ts';
import { given } from '../given.ts';
import type { House } from '../house.ts';
import { notFound, Problem } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { afterText, listOf, merchantPath, page } from '../schemas/common.ts';
import { catalogueItem, itemPatch, itemPath, newItem, putItem } from '../schemas/shop.ts';

const tag = 'Shop';
const all = '/api/merchants/:merchant/catalogue';
const one = `${all}/:item`;

export function catalogueRoutes({ database }: House): Route[] {
  return [
    route({
      method: 'get',
      path: all,
      scope: 'read',
      tag,
      summary: 'What the merchant sells',
      params: merchantPath,
      query: page,
      responses: { 200: listOf(catalogueItem) },
    })(async ({ params: { merchant }, query: { cursor, limit } }) => {
      const after = readCursor(afterText, cursor) ?? '';
      const rows = await database.merchant(merchant, (tx) => listCatalogue(tx, merchant, after, limit + 1));
      return {
        status: 200,
        body: pageOf(
          rows,
          limit,
          (last) => last.id,
          (row) => row,
        ),
      };
    }),
    route({
      method: 'post',
      path: all,
      scope: 'manage',
      tag,
      summary: 'A new item',
      params: merchantPath,
      body: newItem,
      responses: { 201: catalogueItem },
    })(async ({ params: { merchant }, body, actor }) => {
      await database.merchant(merchant, async (tx) => {
        await lockMerchant(tx, merchant);
        if ((await readCatalogueItem(tx, merchant, body.id)) !== null)
          throw new Problem(409, 'item-exists', 'There is an item with this id.');
        await putCatalogueItem(tx, merchant, body);
        await recordAudit(tx, merchant, {
          actor: actorName(actor),
          action: 'catalogue.created',
          subject: body.id,
        });
      });
      return {
        status: 201,
        body,
        headers: { Location: `/api/merchants/${merchant}/catalogue/${encodeURIComponent(body.id)}` },
      };
    }),
    route({
      method: 'get',
      path: one,
      scope: 'read',
      tag,
      summary: 'One item',
      params: itemPath,
      responses: { 200: catalogueItem },
    })(async ({ params: { merchant, item } }) => {
      const found = await database.merchant(merchant, (tx) => readCatalogueItem(tx, merchant, item));
      if (found === null) throw notFound('item');
      return { status: 200, body: found };
    }),
    route({
      method: 'put',
      path: one,
      scope: 'manage',
      tag,
      summary: 'Creates or replaces the item',
      params: itemPath,
      body: putItem,
      responses: { 200: catalogueItem, 201: catalogueItem },
    })(async ({ params: { merchant, item }, body, actor }) => {
      const put = { id: item, ...body };
      const isNew = await database.merchant(merchant, async (tx) => {
        const created = await putCatalogueItem(tx, merchant, put);
        await recordAudit(tx, merchant, {
          actor: actorName(actor),
          action: created ? 'catalogue.created' : 'catalogue.changed',
          subject: item,
        });
        return created;
      });
      return { status: isNew ? 201 : 200, body: put };
    }),
    route({
      method: 'patch',
      path: one,
      scope: 'manage',
      tag,
      summary: 'Changes what is given',
      params: itemPath,
      body: itemPatch,
      responses: { 200: catalogueItem },
    })(async ({ params: { merchant, item }, body, actor }) => {
      const changed = await database.merchant(merchant, async (tx) => {
        await lockMerchant(tx, merchant);
        const before = await readCatalogueItem(tx, merchant, item);
        if (before === null) throw notFound('item');
        const after = { ...before, ...given(body) };
        await putCatalogueItem(tx, merchant, after);
        await recordAudit(tx, merchant, {
          actor: actorName(actor),
          action: 'catalogue.changed',
          subject: item,
        });
        return after;
      });
      return { status: 200, body: changed };
    }),
    route({
      method: 'delete',
      path: one,
      scope: 'manage',
      tag,
      summary: 'Removes the item',
      params: itemPath,
      responses: { 204: null },
    })(async ({ params: { merchant, item }, actor }) => {
      const deleted = await database.merchant(merchant, async (tx) => {
        const gone = await deleteCatalogueItem(tx, merchant, item);
        if (gone)
          await recordAudit(tx, merchant, {
            actor: actorName(actor),
            action: 'catalogue.deleted',
            subject: item,
          });
        return gone;
      });
      if (!deleted) throw notFound('item');
      return { status: 204 };
    }),
  ];
}
