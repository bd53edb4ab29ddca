import { PLATFORM_OF } from '../../domain/message.ts';
import { recordAudit } from '../../store/audit.ts';
import { createLine, deleteLine, listLines, moveLine, readLine, updateLine } from '../../store/lines.ts';
import { wakeWaiting } from '../../store/order-attention.ts';
import { actorName } from '../actor.ts';
import { pageOf, readCursor } from '../cursor.ts';
import { asHeard } from '../heard-line.ts';
import type { House } from '../house.ts';
import { accountOf, partsOf, patchedParts } from '../line-account.ts';
import { commandLine } from '../line-command.ts';
import { lineView } from '../line-view.ts';
import { notFound, Problem } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { afterText, listOf, merchantPath, page } from '../schemas/common.ts';
import { line, linePatch, linePath, newLine } from '../schemas/line.ts';
import { wakeLine } from '../wake-line.ts';

const tag = 'Lines';
const one = '/api/merchants/:merchant/lines/:line';

export function lineRoutes(house: House): Route[] {
  const { database, directory, channels, seal } = house;
  return [
    route({
      method: 'get',
      path: '/api/merchants/:merchant/lines',
      scope: 'read',
      tag,
      summary: 'The merchant’s lines',
      params: merchantPath,
      query: page,
      responses: { 200: listOf(line) },
    })(async ({ params: { merchant }, query: { cursor, limit } }) => {
      const after = readCursor(afterText, cursor) ?? '';
      const body = await database.look(merchant, async (tx) => {
        const rows = pageOf(
          await listLines(tx, merchant, after, limit + 1),
          limit,
          (last) => last.id,
          (row) => row,
        );
        const items = [];
        for (const row of rows.items) items.push(await lineView(tx, row));
        return { items, next: rows.next };
      });
      const items = await Promise.all(body.items.map((view) => asHeard(house, merchant, view)));
      return { status: 200, body: { ...body, items } };
    }),
    route({
      method: 'post',
      path: '/api/merchants/:merchant/lines',
      scope: 'manage',
      tag,
      summary: 'A new line: one number or account',
      params: merchantPath,
      body: newLine,
      responses: { 201: line },
    })(async ({ params: { merchant }, body, actor }) => {
      const channel = channels.get(body.channel);
      if (channel === undefined)
        throw new Problem(
          422,
          'channel-not-available',
          `This installation does not speak ${body.channel} yet; it speaks: ${[...channels.keys()].join(', ')}.`,
        );
      const { config, secrets } = partsOf(body, actor);
      const credentials = secrets === null ? null : seal.sealJson(secrets);
      const view = await database.merchant(merchant, async (tx) => {
        const state = body.channel === 'whatsapp-web' ? 'stopped' : 'connected';
        const outcome = await createLine(tx, {
          merchant,
          id: body.id,
          channel: body.channel,
          account: accountOf(merchant, body),
          config,
          credentials,
          state,
        });
        if (outcome === 'taken') return null;
        await recordAudit(tx, merchant, {
          actor: actorName(actor),
          action: 'line.created',
          subject: body.id,
          detail: { channel: body.channel },
        });
        const created = await readLine(tx, merchant, body.id);
        return created === null ? null : lineView(tx, created);
      });
      if (view === null)
        throw new Problem(
          409,
          'line-taken',
          'There is a line with this id, or this account is already on a line.',
        );
      return {
        status: 201,
        body: view,
        headers: { Location: `/api/merchants/${merchant}/lines/${body.id}` },
      };
    }),
    route({
      method: 'get',
      path: one,
      scope: 'read',
      tag,
      summary: 'One line: its state, history, what waits and what to do',
      params: linePath,
      responses: { 200: line },
    })(async ({ params: { merchant, line: id } }) => {
      const view = await database.look(merchant, async (tx) => {
        const found = await readLine(tx, merchant, id);
        return found === null ? null : lineView(tx, found);
      });
      if (view === null) throw notFound('line');
      return { status: 200, body: await asHeard(house, merchant, view) };
    }),
    route({
      method: 'patch',
      path: one,
      scope: 'manage',
      tag,
      summary: 'New credentials, address, pace or order templates of the same account',
      params: linePath,
      body: linePatch,
      responses: { 200: line },
    })(async ({ params: { merchant, line: id }, body, actor }) => {
      const view = await database.merchant(merchant, async (tx) => {
        const found = await readLine(tx, merchant, id);
        if (found === null) return null;
        const { config, secrets } = patchedParts(found, body, { seal, actor });
        await updateLine(tx, merchant, id, {
          config,
          ...(secrets === null ? {} : { credentials: seal.sealJson(secrets) }),
        });
        await recordAudit(tx, merchant, {
          actor: actorName(actor),
          action: 'line.changed',
          subject: id,
          detail: { fields: Object.keys(body) },
        });
        // Order messages may have waited for just this template.
        if (body.orderTemplates !== undefined) await wakeWaiting(tx, merchant, new Date());
        // The provider refused the account, and nobody stopped the line: new credentials are what it waited for.
        const isBack =
          secrets !== null &&
          found.channel !== 'whatsapp-web' &&
          found.desired === 'started' &&
          found.state === 'logged-out' &&
          (await moveLine(tx, merchant, id, { state: 'connected', why: 'new credentials' }));
        const changed = await readLine(tx, merchant, id);
        return changed === null ? null : { isBack, shown: await lineView(tx, changed) };
      });
      if (view === null) throw notFound('line');
      const platform = PLATFORM_OF[view.shown.channel];
      if (view.isBack) await wakeLine(house, { merchant, id, platform }, `line ${id} has new credentials`);
      return { status: 200, body: view.shown };
    }),
    route({
      method: 'delete',
      path: one,
      scope: 'manage',
      tag,
      summary: 'Removes the line; its conversations stay readable',
      params: linePath,
      responses: { 204: null },
    })(async ({ params: { merchant, line: id }, actor }) => {
      if ((await directory.line(merchant, id))?.channel === 'whatsapp-web')
        await commandLine(house, { merchant, line: id }, { kind: 'stop' });
      const deleted = await database.merchant(merchant, async (tx) => {
        const gone = await deleteLine(tx, merchant, id);
        if (gone)
          await recordAudit(tx, merchant, { actor: actorName(actor), action: 'line.deleted', subject: id });
        return gone;
      });
      directory.forget();
      if (!deleted) throw notFound('line');
      return { status: 204 };
    }),
  ];
}
