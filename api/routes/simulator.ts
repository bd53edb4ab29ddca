import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { LineId, MerchantId } from '../../domain/ids.ts';
import { recordAudit } from '../../store/audit.ts';
import { outbox, readFailures, writeFailures } from '../../store/simulated-network.ts';
import { actorName } from '../actor.ts';
import { addressOn } from '../address.ts';
import { pageOf, readCursor } from '../cursor.ts';
import type { House } from '../house.ts';
import { idFrom } from '../idempotency.ts';
import type { ReceivingLine } from '../inbound.ts';
import { invalid, notFound, Problem } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { afterNumber, iso, listOf } from '../schemas/common.ts';
import { accepted } from '../schemas/conversation.ts';
import { linePath } from '../schemas/line.ts';
import { failures, newFailures, outboxItem, outboxQuery, simulatedMessage } from '../schemas/simulator.ts';

const tag = 'Simulator';
const base = '/api/simulator/:merchant/:line';

export function simulatorRoutes(house: House): Route[] {
  const { database, directory } = house;
  return [
    route({
      method: 'post',
      path: `${base}/messages`,
      scope: 'send',
      tag,
      summary: 'A simulated phone writes to the line',
      params: linePath,
      body: simulatedMessage,
      responses: { 202: accepted },
      // With an id of its own the message is its own proof against doubling.
      keepsAnswer: (body) =>
        !(typeof body === 'object' && body !== null && 'id' in body && body.id !== undefined),
    })(async ({ params: { merchant, line: id }, body, idempotencyKey, startedMs }) => {
      const line = await simulatorLine(house, merchant, id);
      const from = await addressIn(house, merchant, body.from, 'from');
      const channel = house.channels.get('simulator');
      if (channel === undefined) throw notFound('line');
      const messageId = body.id ?? idFor(merchant, id, body, idempotencyKey);
      await house.receive(line, channel.parse(wireOf(line.account, from, messageId, body)), startedMs);
      return { status: 202, body: { id: messageId } };
    }),
    route({
      method: 'get',
      path: `${base}/outbox`,
      scope: 'read',
      tag,
      summary: 'What the simulated phones received, in order',
      params: linePath,
      query: outboxQuery,
      responses: { 200: listOf(outboxItem) },
    })(async ({ params: { merchant, line: id }, query: { cursor, limit, to } }) => {
      await simulatorLine(house, merchant, id);
      const after = readCursor(afterNumber, cursor) ?? 0;
      const address = to === undefined ? undefined : await addressIn(house, merchant, to, 'query.to');
      const rows = await database.merchant(merchant, (tx) =>
        outbox(tx, merchant, id, {
          after,
          limit: limit + 1,
          ...(address === undefined ? {} : { to: address }),
        }),
      );
      return {
        status: 200,
        body: pageOf(
          rows,
          limit,
          (last) => last.seq,
          ({ to: recipient, text, at, key, part, parts }) => ({
            to: recipient,
            text,
            at: iso(at),
            key,
            part,
            parts,
          }),
        ),
      };
    }),
    route({
      method: 'get',
      path: `${base}/failures`,
      scope: 'read',
      tag,
      summary: 'How the simulated network fails',
      params: linePath,
      responses: { 200: failures },
    })(async ({ params: { merchant, line: id } }) => {
      await simulatorLine(house, merchant, id);
      return { status: 200, body: await database.merchant(merchant, (tx) => readFailures(tx, merchant, id)) };
    }),
    route({
      method: 'put',
      path: `${base}/failures`,
      scope: 'manage',
      tag,
      summary: 'Makes the simulated network fail',
      params: linePath,
      body: newFailures,
      responses: { 200: failures },
    })(async ({ params: { merchant, line: id }, body, actor }) => {
      await simulatorLine(house, merchant, id);
      await database.merchant(merchant, async (tx) => {
        await writeFailures(tx, merchant, id, body);
        await recordAudit(tx, merchant, {
          actor: actorName(actor),
          action: 'simulator.failures',
          subject: id,
          detail: body,
        });
      });
      return { status: 200, body };
    }),
  ];

  async function simulatorLine(_: House, merchant: MerchantId, id: LineId): Promise<ReceivingLine> {
    const line = await directory.line(merchant, id);
    if (line === null) throw notFound('line');
    if (line.channel !== 'simulator')
      throw new Problem(
        409,
        'not-a-simulator',
        'This line is a real one; only a simulator line has simulated phones.',
      );
    return line;
  }
}

type Written = z.output<typeof simulatedMessage>;

async function addressIn(
  { directory }: House,
  merchant: MerchantId,
  text: string,
  path: string,
): Promise<string> {
  const known = await directory.merchant(merchant);
  if (known === null) throw notFound('merchant');
  const address = addressOn('simulator', text, known.country);
  if (address === null)
    throw invalid([{ path, message: 'neither a phone number nor a name without spaces' }]);
  return address;
}

/** What only speaks of a message must say of which one; a repeated call is the same message, whatever came between. */
function idFor(merchant: MerchantId, line: LineId, { kind }: Written, idempotencyKey: string | null): string {
  if (kind === 'edit' || kind === 'deletion' || kind === 'reaction') {
    throw invalid([{ path: 'id', message: `the message that this ${kind} is about` }]);
  }
  return `sim-${idempotencyKey === null ? randomUUID() : idFrom(merchant, line, idempotencyKey)}`;
}

/** In the simulated network's own words. */
function wireOf(account: string, from: string, id: string, { kind, text, at, name }: Written): unknown {
  if (text === undefined && kind !== 'deletion' && kind !== 'read')
    throw invalid([{ path: 'text', message: 'required' }]);
  const atMs = at === undefined ? Date.now() : new Date(at).getTime();
  switch (kind) {
    case 'message':
    case 'button':
      return {
        kind: 'message',
        account,
        from,
        id,
        text,
        atMs,
        ...(name === undefined ? {} : { name }),
        ...(kind === 'button' ? { button: true } : {}),
      };
    case 'edit':
      return { kind, account, from, id, text, atMs };
    case 'reaction':
      return { kind, account, from, id, emoji: text, atMs };
    case 'deletion':
    case 'read':
      return { kind, account, from, id, atMs };
  }
}
