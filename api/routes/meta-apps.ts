import { listBadItems } from '../../store/bad-items.ts';
import { deleteMetaApp, listMetaApps, listUnmatched, putMetaApp } from '../../store/meta-apps.ts';
import { pageOf, readCursor } from '../cursor.ts';
import type { House } from '../house.ts';
import type { MetaApps } from '../meta-apps.ts';
import { notFound } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { afterBigNumber, afterText, iso, listOf, page } from '../schemas/common.ts';
import { badItem, metaApp, metaAppPath, newMetaApp, unmatchedUpdates } from '../schemas/webhook.ts';

const tag = 'Meta apps';
const path = '/api/meta-apps';
/** Newest first; more numbers than this that nobody has a line for are looked up in the database. */
const MOST_UNMATCHED = 500;

/** Installation-wide, so by the system role and with the admin's key. */
export function metaAppRoutes({ database, seal }: House, apps: MetaApps): Route[] {
  const view = ({ id, createdAt }: { id: string; createdAt: Date }) => ({
    id,
    createdAt: iso(createdAt),
    webhook: `/webhooks/meta/${id}`,
  });
  return [
    route({
      method: 'post',
      path,
      scope: 'admin',
      tag,
      summary: 'An app whose webhooks are believed; again with the same id: new secrets',
      body: newMetaApp,
      responses: { 200: metaApp, 201: metaApp },
    })(async ({ body: { id, appSecret, verifyToken } }) => {
      const secrets = seal.sealJson({ appSecret, verifyToken });
      const { isNew, createdAt } = await database.system((tx) => putMetaApp(tx, { id, secrets }));
      apps.forget();
      return {
        status: isNew ? 201 : 200,
        body: view({ id, createdAt }),
        headers: { Location: `${path}/${id}` },
      };
    }),
    route({
      method: 'get',
      path,
      scope: 'admin',
      tag,
      summary: 'The apps, without their secrets',
      query: page,
      responses: { 200: listOf(metaApp) },
    })(async ({ query: { cursor, limit } }) => {
      const after = readCursor(afterText, cursor) ?? '';
      const rows = await database.system((tx) => listMetaApps(tx, after, limit + 1));
      return { status: 200, body: pageOf(rows, limit, (last) => last.id, view) };
    }),
    route({
      method: 'delete',
      path: `${path}/:app`,
      scope: 'admin',
      tag,
      summary: 'Its webhooks are refused from now on',
      params: metaAppPath,
      responses: { 204: null },
    })(async ({ params: { app } }) => {
      const deleted = await database.system((tx) => deleteMetaApp(tx, app));
      apps.forget();
      if (!deleted) throw notFound('meta-app');
      return { status: 204 };
    }),
    route({
      method: 'get',
      path: '/api/unmatched-updates',
      scope: 'admin',
      tag,
      summary: 'Signed updates for numbers and accounts that no line has',
      responses: { 200: listOf(unmatchedUpdates) },
    })(async () => {
      const rows = await database.system((tx) => listUnmatched(tx, MOST_UNMATCHED));
      return {
        status: 200,
        body: { items: rows.map((row) => ({ ...row, lastAt: iso(row.lastAt) })), next: null },
      };
    }),
    route({
      method: 'get',
      path: '/api/bad-items',
      scope: 'admin',
      tag,
      summary: 'Items of webhooks that could not be understood or kept, with the reason',
      query: page,
      responses: { 200: listOf(badItem) },
    })(async ({ query: { cursor, limit } }) => {
      const before = readCursor(afterBigNumber, cursor);
      const rows = await database.system((tx) => listBadItems(tx, before, limit + 1));
      return {
        status: 200,
        body: pageOf(
          rows,
          limit,
          ({ id }) => id,
          (row) => ({ ...row, at: iso(row.at) }),
        ),
      };
    }),
  ];
}
