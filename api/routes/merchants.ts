import { recordAudit } from '../../store/audit.ts';
import {
  createMerchant,
  deleteMerchant,
  listMerchants,
  readMerchant,
  updateMerchant,
} from '../../store/merchants.ts';
import { actorName } from '../actor.ts';
import { pageOf, readCursor } from '../cursor.ts';
import { endLines } from '../end-lines.ts';
import { given } from '../given.ts';
import type { House } from '../house.ts';
import { notFound, Problem } from '../problem.ts';
import { removeFiles } from '../remove-files.ts';
import { route, type Route } from '../route.ts';
import { afterText, listOf, merchantPath, page } from '../schemas/common.ts';
import { merchant, merchantPatch, newMerchant } from '../schemas/merchant.ts';

const tag = 'Merchants';

export function merchantRoutes(house: House): Route[] {
  const { database, directory, keys } = house;
  return [
    route({
      method: 'get',
      path: '/api/merchants',
      scope: 'read',
      tag,
      summary: 'The merchants that the key may see',
      description: 'A merchant’s key sees its own, the admin key all.',
      query: page,
      responses: { 200: listOf(merchant) },
    })(async ({ query: { cursor, limit }, actor }) => {
      if (actor.kind === 'key') {
        const own = await database.merchant(actor.merchant, (tx) => readMerchant(tx, actor.merchant));
        return { status: 200, body: { items: own === null ? [] : [own], next: null } };
      }
      const after = readCursor(afterText, cursor) ?? '';
      const rows = await database.system((tx) => listMerchants(tx, after, limit + 1));
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
      path: '/api/merchants',
      scope: 'admin',
      tag,
      summary: 'A new merchant',
      body: newMerchant,
      responses: { 201: merchant },
    })(async ({ body, actor }) => {
      const created = await database.system(async (tx) => {
        const isNew = await createMerchant(tx, body);
        if (isNew)
          await recordAudit(tx, body.id, {
            actor: actorName(actor),
            action: 'merchant.created',
            subject: body.id,
          });
        return isNew;
      });
      if (!created) throw new Problem(409, 'merchant-exists', 'There is a merchant with this id.');
      return { status: 201, body, headers: { Location: `/api/merchants/${body.id}` } };
    }),
    route({
      method: 'get',
      path: '/api/merchants/:merchant',
      scope: 'read',
      tag,
      summary: 'One merchant',
      params: merchantPath,
      responses: { 200: merchant },
    })(async ({ params }) => {
      const found = await database.merchant(params.merchant, (tx) => readMerchant(tx, params.merchant));
      if (found === null) throw notFound('merchant');
      return { status: 200, body: found };
    }),
    route({
      method: 'patch',
      path: '/api/merchants/:merchant',
      scope: 'manage',
      tag,
      summary: 'Changes what is given',
      params: merchantPath,
      body: merchantPatch,
      responses: { 200: merchant },
    })(async ({ params, body, actor }) => {
      const changed = await database.merchant(params.merchant, async (tx) => {
        await recordAudit(tx, params.merchant, {
          actor: actorName(actor),
          action: 'merchant.changed',
          detail: body,
        });
        return updateMerchant(tx, params.merchant, given(body));
      });
      if (changed === null) throw notFound('merchant');
      directory.forget();
      return { status: 200, body: changed };
    }),
    route({
      method: 'delete',
      path: '/api/merchants/:merchant',
      scope: 'admin',
      tag,
      summary: 'Deletes the merchant and everything that is theirs',
      // Kept answers of the merchant go with the merchant.
      keepsAnswer: () => false,
      params: merchantPath,
      responses: { 204: null },
    })(async ({ params }) => {
      await endLines(house, params.merchant);
      const deleted = await database.system((tx) => deleteMerchant(tx, params.merchant));
      directory.forget();
      keys.forget();
      // Also of one who is gone already: what an earlier attempt could not remove must not wait for the next of this name.
      await removeFiles(house, params.merchant);
      if (!deleted) throw notFound('merchant');
      return { status: 204 };
    }),
  ];
}
