import { createKey, listKeys, revokeKey, type ApiKey } from '../../store/api-keys.ts';
import { listAudit, recordAudit } from '../../store/audit.ts';
import { actorName } from '../actor.ts';
import { pageOf, readCursor } from '../cursor.ts';
import type { House } from '../house.ts';
import { notFound, Problem } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { afterNumber, iso, isoOrNull, listOf, merchantPath, page } from '../schemas/common.ts';
import { apiKey, auditRow, createdKey, keyPath, newKey } from '../schemas/keys.ts';

const tag = 'Access';
const all = '/api/merchants/:merchant/keys';

const viewOf = (key: ApiKey) => ({
  ...key,
  createdAt: iso(key.createdAt),
  revokedAt: isoOrNull(key.revokedAt),
});

export function keyRoutes({ database, keys }: House): Route[] {
  return [
    route({
      method: 'get',
      path: all,
      scope: 'manage',
      tag,
      summary: 'The merchant’s keys, without the keys themselves',
      params: merchantPath,
      query: page,
      responses: { 200: listOf(apiKey) },
    })(async ({ params: { merchant }, query: { cursor, limit } }) => {
      const skip = readCursor(afterNumber, cursor) ?? 0;
      const rows = (await database.merchant(merchant, (tx) => listKeys(tx, merchant))).slice(
        skip,
        skip + limit + 1,
      );
      return {
        status: 200,
        body: pageOf(rows, limit, () => skip + limit, viewOf),
      };
    }),
    route({
      method: 'post',
      path: all,
      scope: 'manage',
      tag,
      summary: 'A new key, shown this once',
      params: merchantPath,
      body: newKey,
      responses: { 201: createdKey },
    })(async ({ params: { merchant }, body: { name, scopes }, actor }) => {
      const beyond = actor.kind === 'key' ? scopes.filter((scope) => !actor.scopes.includes(scope)) : [];
      if (beyond.length > 0)
        throw new Problem(403, 'missing-scope', `A key can't give what it has not: ${beyond.join(', ')}.`);
      const created = await database.merchant(merchant, async (tx) => {
        const key = await createKey(tx, merchant, name, scopes);
        await recordAudit(tx, merchant, {
          actor: actorName(actor),
          action: 'key.created',
          subject: key.id,
          detail: { name, scopes },
        });
        return key;
      });
      return { status: 201, body: created };
    }),
    route({
      method: 'get',
      path: `${all}/:key`,
      scope: 'manage',
      tag,
      summary: 'One key, without the key itself',
      params: keyPath,
      responses: { 200: apiKey },
    })(async ({ params: { merchant, key } }) => {
      const found = (await database.merchant(merchant, (tx) => listKeys(tx, merchant))).find(
        ({ id }) => id === key,
      );
      if (found === undefined) throw notFound('key');
      return { status: 200, body: viewOf(found) };
    }),
    route({
      method: 'delete',
      path: `${all}/:key`,
      scope: 'manage',
      tag,
      summary: 'Revokes the key',
      params: keyPath,
      responses: { 204: null },
    })(async ({ params: { merchant, key }, actor }) => {
      const revoked = await database.merchant(merchant, async (tx) => {
        const gone = await revokeKey(tx, merchant, key);
        if (gone)
          await recordAudit(tx, merchant, { actor: actorName(actor), action: 'key.revoked', subject: key });
        return gone;
      });
      keys.forget();
      if (!revoked) throw notFound('key');
      return { status: 204 };
    }),
    route({
      method: 'get',
      path: '/api/merchants/:merchant/audit',
      scope: 'manage',
      tag,
      summary: 'Who did what, newest first',
      params: merchantPath,
      query: page,
      responses: { 200: listOf(auditRow) },
    })(async ({ params: { merchant }, query: { cursor, limit } }) => {
      const before = readCursor(afterNumber, cursor);
      const rows = await database.merchant(merchant, (tx) => listAudit(tx, merchant, before, limit + 1));
      return {
        status: 200,
        body: pageOf(
          rows,
          limit,
          (last) => last.id,
          (row) => ({ ...row, at: iso(row.at) }),
        ),
      };
    }),
  ];
}
