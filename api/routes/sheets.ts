import type { MerchantId } from '../../domain/ids.ts';
import { orderId } from '../../domain/order.ts';
import type { SheetPlace } from '../../sheets/sources.ts';
import { serviceAccountSchema } from '../../sheets/google/credentials.ts';
import { isSamePlace } from '../../sheets/same-place.ts';
import { recordAudit } from '../../store/audit.ts';
import { readLine } from '../../store/lines.ts';
import { adoptOrders, connectSheet, readSheet, type Sheet, type SheetConfig } from '../../store/sheets.ts';
import { actorName } from '../actor.ts';
import { refuseFileOfAnother } from '../file-of-another.ts';
import { given } from '../given.ts';
import type { House } from '../house.ts';
import { invalid, notFound, Problem } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { isoOrNull, merchantPath } from '../schemas/common.ts';
import { adopt, preview, previewBody, putSheet, sheet } from '../schemas/order.ts';
import { z } from 'zod';
import { lookAtSheet } from '../sheet-look.ts';

const tag = 'Sheets';
const one = '/api/merchants/:merchant/sheet';

export function sheetRoutes(house: House): Route[] {
  const { database, seal } = house;
  return [
    route({
      method: 'get',
      path: one,
      scope: 'read',
      tag,
      summary: 'Where the merchant’s orders are',
      params: merchantPath,
      responses: { 200: sheet },
    })(async ({ params: { merchant } }) => ({
      status: 200,
      body: sheetView(await connected(house, merchant)),
    })),
    route({
      method: 'put',
      path: one,
      scope: 'manage',
      tag,
      params: merchantPath,
      body: putSheet,
      responses: { 200: sheet },
      summary:
        'Connects the merchant’s orders; the rows that are there are known, and nothing is sent for them',
      description:
        'Another place begins anew. The same place again, after it was paused as suspicious, accepts it as it is now.',
    })(async ({ params: { merchant }, body, actor }) => {
      if (body.kind === 'file') await refuseFileOfAnother(house, actor, merchant, body.path);
      const view = await database.merchant(merchant, async (tx) => {
        if ((await readLine(tx, merchant, body.line)) === null)
          throw invalid([{ path: 'line', message: 'there is no such line' }]);
        const before = await readSheet(tx, merchant);
        const config: SheetConfig =
          body.kind === 'file'
            ? (given({ kind: 'file' as const, path: body.path, tab: body.tab }) as SheetConfig)
            : (given({
                kind: 'google' as const,
                spreadsheet: body.spreadsheet,
                tab: body.tab,
              }) as SheetConfig);
        const credentials =
          body.kind === 'file'
            ? null
            : body.credentials === undefined
              ? (before?.credentials ?? null)
              : seal.sealJson(accountIn(body.credentials));
        if (body.kind === 'google' && credentials === null)
          throw invalid([{ path: 'credentials', message: 'the service account’s JSON key is needed' }]);
        await connectSheet(
          tx,
          merchant,
          { config, credentials, line: body.line, columns: body.columns },
          before !== null &&
            isSamePlace(before.config, config) &&
            !SUSPICIOUS.has(before.trouble?.reason ?? ''),
        );
        await recordAudit(tx, merchant, {
          actor: actorName(actor),
          action: 'sheet.connected',
          detail: { ...config },
        });
        return readSheet(tx, merchant);
      });
      if (view === null) throw notFound('sheet');
      if (view.running) await house.orderMail.pollNow(merchant, 'connected');
      return { status: 200, body: sheetView(view) };
    }),
    route({
      method: 'post',
      path: `${one}/preview`,
      scope: 'manage',
      tag,
      params: merchantPath,
      body: previewBody,
      responses: { 200: preview },
      summary:
        'The sheet as Zajel reads it, and what each row would be sent if it were adopted; also before anything is connected',
    })(async ({ params: { merchant }, body, actor }) => {
      if (body?.kind === 'file') await refuseFileOfAnother(house, actor, merchant, body.path);
      const place =
        body !== null
          ? placeGiven(body, await storedAccount(house, merchant))
          : placeOf(house, await connected(house, merchant));
      return { status: 200, body: await lookAtSheet(house, merchant, place, 'as-new') };
    }),
    route({
      method: 'post',
      path: `${one}/dry-run`,
      scope: 'manage',
      tag,
      params: merchantPath,
      responses: { 200: preview },
      summary: 'Row by row: what would be sent now, and why not',
    })(async ({ params: { merchant } }) => ({
      status: 200,
      body: await lookAtSheet(
        house,
        merchant,
        placeOf(house, await connected(house, merchant)),
        'as-it-stands',
      ),
    })),
    route({
      method: 'post',
      path: `${one}/adopt`,
      scope: 'manage',
      tag,
      params: merchantPath,
      body: adopt,
      responses: { 202: z.object({ adopted: z.number().int(), orders: z.array(z.string()) }) },
      summary: 'Writes to the customers of rows that were there at the first connection, at most so many',
    })(async ({ params: { merchant }, body: { limit }, actor, answered }) => {
      const reply = await database.merchant(merchant, async (tx) => {
        const adopted = await adoptOrders(tx, merchant, limit, new Date());
        await recordAudit(tx, merchant, {
          actor: actorName(actor),
          action: 'sheet.adopted',
          detail: { limit, adopted: adopted.length },
        });
        return answered(tx, { status: 202, body: { adopted: adopted.length, orders: adopted } } as const);
      });
      for (const order of reply.body.orders) {
        try {
          await house.orderMail.orderNews({ merchant, order: orderId(order) }, 'adopted');
        } catch (error) {
          house.logger.warn({ event: 'order not told', merchant, order, err: error });
        }
      }
      return reply;
    }),
  ];
}

/** Troubles that come from what the sheet says: connecting it again says that it is right so. */
const SUSPICIOUS: ReadonlySet<string> = new Set([
  'sheet-empty',
  // How earlier versions wrote it down; a trouble lasts until the sheet is read again.
  'empty',
  'much-shorter',
  'other-columns',
  'replaced',
  'scrambled',
]);

async function connected({ database }: House, merchant: MerchantId): Promise<Sheet> {
  const found = await database.merchant(merchant, (tx) => readSheet(tx, merchant));
  if (found === null)
    throw new Problem(404, 'unknown-sheet', 'The merchant has no sheet yet: PUT one first.');
  return found;
}

function accountIn(credentials: unknown) {
  const account = serviceAccountSchema.safeParse(credentials);
  if (account.success) return account.data;
  throw invalid(
    account.error.issues.map(({ path, message }) => ({ path: ['credentials', ...path].join('.'), message })),
  );
}

const placeOf = ({ seal }: House, { config, credentials, columns }: Sheet): SheetPlace =>
  config.kind === 'file'
    ? { ...config, columns }
    : { ...config, columns, credentials: credentials === null ? null : seal.openJson(credentials) };

/** The service account that is kept, for a preview of another spreadsheet or of other columns. */
async function storedAccount({ database, seal }: House, merchant: MerchantId): Promise<unknown> {
  const found = await database.merchant(merchant, (tx) => readSheet(tx, merchant));
  return found?.credentials == null ? undefined : seal.openJson(found.credentials);
}

function placeGiven(body: NonNullable<z.output<typeof previewBody>>, account: unknown): SheetPlace {
  const tab = body.tab === undefined ? {} : { tab: body.tab };
  return body.kind === 'file'
    ? { kind: 'file', path: body.path, columns: body.columns, ...tab }
    : {
        kind: 'google',
        spreadsheet: body.spreadsheet,
        columns: body.columns,
        credentials: accountIn(body.credentials ?? account),
        ...tab,
      };
}

const sheetView = ({ config, columns, line, running, lastPollAt, rows, problems, trouble }: Sheet) => ({
  kind: config.kind,
  ...(config.kind === 'file' ? { path: config.path } : { spreadsheet: config.spreadsheet }),
  ...(config.tab === undefined ? {} : { tab: config.tab }),
  columns: { ...columns },
  line,
  running,
  lastPollAt: isoOrNull(lastPollAt),
  rows,
  problems: problems.map((problem) => ({ ...problem })),
  trouble: trouble === null ? null : { ...trouble, detail: { ...trouble.detail } },
});
