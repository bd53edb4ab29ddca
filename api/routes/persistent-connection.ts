import type { z } from 'zod';
import { recordAudit } from '../../store/audit.ts';
import { readLine } from '../../store/lines.ts';
import { connectionsOf, webLines, wishLine } from '../../store/wanted-lines.ts';
import type { LineRef } from '../../workflows/line-activities.ts';
import { actorName, type Actor } from '../actor.ts';
import { reportOf } from '../connection-report.ts';
import type { House } from '../house.ts';
import { commandLine } from '../line-command.ts';
import { notFound, Problem } from '../problem.ts';
import { route, type Route } from '../route.ts';
import {
  connectionAction,
  connectionAnswer,
  connectionReport,
  whichLine,
} from '../schemas/persistent-connection.ts';

const tag = 'Lines';
const path = '/api/whatsapp/persistent-connection';
type Answer = z.input<typeof connectionAnswer>;

/** The connection of a whatsapp-web line, in the shape that people's scripts know. */
export function persistentConnectionRoutes(house: House): Route[] {
  return [
    route({
      method: 'get',
      path,
      scope: 'admin',
      tag,
      summary: 'How a WhatsApp line’s connection is',
      query: whichLine,
      responses: { 200: connectionReport },
    })(async ({ query }) => ({ status: 200, body: await reportFor(house, await meant(house, query)) })),
    route({
      method: 'post',
      path,
      scope: 'admin',
      tag,
      summary: 'Initialize, reconnect, restart the browser, check, or clear the login',
      body: connectionAction,
      responses: { 200: connectionAnswer },
    })(async ({ body, actor }) => ({
      status: 200,
      body: await act(house, await meant(house, body), body, actor),
    })),
  ];
}

async function meant({ database }: House, { merchant, line }: z.output<typeof whichLine>): Promise<LineRef> {
  if (merchant !== undefined && line !== undefined) return { merchant, line };
  const [only, another] = await database.system((tx) => webLines(tx, merchant ?? null, line ?? null));
  if (only === undefined) throw notFound('line');
  if (another !== undefined)
    throw new Problem(
      422,
      'which-line',
      'There are several WhatsApp lines: name one with merchant and line.',
    );
  return only;
}

async function reportFor(house: House, ref: LineRef): Promise<z.input<typeof connectionReport>> {
  const { line, counted } = await house.database.merchant(ref.merchant, async (tx) => ({
    line: await readLine(tx, ref.merchant, ref.line),
    counted: await connectionsOf(tx, ref.merchant, ref.line),
  }));
  if (line?.channel !== 'whatsapp-web') throw notFound('line');
  return reportOf(line, counted, await house.lineMail.lastBeat(ref), Date.now());
}

async function act(
  house: House,
  ref: LineRef,
  { action, confirm }: z.output<typeof connectionAction>,
  actor: Actor,
): Promise<Answer> {
  const before = await reportFor(house, ref);
  if (action === 'clear-session' && confirm !== true)
    throw new Problem(
      422,
      'confirmation-needed',
      'clear-session ends the login and needs a new scan: send "confirm": true if that is meant.',
    );
  const audited = (): Promise<void> =>
    house.database.merchant(ref.merchant, (tx) =>
      recordAudit(tx, ref.merchant, { actor: actorName(actor), action: `line.${action}`, subject: ref.line }),
    );
  switch (action) {
    case 'health-check':
      return { success: true, needsQR: before.recommendations.needsQRScan, connection: before.connection };
    case 'initialize':
      await commandLine(house, ref, { kind: 'start' });
      await house.database.merchant(ref.merchant, (tx) => wishLine(tx, ref.merchant, ref.line, 'started'));
      await audited();
      return { success: true, needsQR: (await reportFor(house, ref)).recommendations.needsQRScan };
    case 'reconnect':
    case 'restart-browser': {
      const answer = await commandLine(house, ref, { kind: action });
      await audited();
      return answer.kind === 'done'
        ? { success: true, needsQR: before.recommendations.needsQRScan }
        : {
            success: false,
            message: 'No browser is open for this line at this moment: initialize starts it.',
          };
    }
    case 'clear-session': {
      const answer = await commandLine(house, ref, { kind: 'clear-session', confirm: true });
      await audited();
      return { success: true, needsQR: true, copy: answer.kind === 'cleared' ? answer.copy : null };
    }
  }
}
