import type { Request, Response } from 'express';
import { parseConnection } from '../../channels/evolution/channel.ts';
import type { LineId } from '../../domain/ids.ts';
import type { Inbound } from '../../domain/message.ts';
import type { Line } from '../../store/lines.ts';
import { linesWithSecret, takeConnection } from '../evolution-line.ts';
import type { House } from '../house.ts';
import { countStranger, keepMalformed } from '../meta-post.ts';
import { Problem } from '../problem.ts';
import { receiveBatch } from '../receive-batch.ts';
import { rawRoute, type Route } from '../route.ts';
import { evolutionPath } from '../schemas/webhook.ts';
import { databaseUnavailable, PATIENCE_MS, within } from '../unavailable.ts';

const path = '/webhooks/evolution/:line';

/** Without base64 files a webhook is small; a history's worth of messages is not. */
const LARGEST_POST = '3mb';

/** Evolution signs nothing: the line's secret comes in a header, or at the end of the path where headers can't be set. */
export function evolutionWebhookRoutes(house: House): Route[] {
  const common = {
    method: 'post',
    scope: 'public',
    tag: 'Webhooks',
    params: evolutionPath,
    bodyLimit: LARGEST_POST,
    rawBody: true,
    keepsAnswer: () => false,
    responses: { 200: null },
  } as const;
  return [
    rawRoute({ ...common, path, summary: 'What Evolution tells of a line; secret in X-Webhook-Secret' })(
      ({ params: { line }, startedMs }, req, res) =>
        take(house, line, req.get('x-webhook-secret') ?? '', startedMs, req, res),
    ),
    rawRoute({
      ...common,
      path: `${path}/:secret`,
      summary: 'What Evolution tells of a line; secret in the path',
    })(({ params: { line, secret }, startedMs }, req, res) =>
      take(house, line, secret ?? '', startedMs, req, res),
    ),
  ];
}

async function take(
  house: House,
  id: LineId,
  secret: string,
  startedMs: number,
  req: Request,
  res: Response,
): Promise<void> {
  const lines = await within(startedMs + PATIENCE_MS - Date.now(), linesWithSecret(house, id, secret), () =>
    databaseUnavailable(),
  );
  if (lines.length === 0) {
    house.metrics.refusedWebhooks.inc({ channel: 'evolution' });
    throw new Problem(401, 'wrong-secret', 'There is no line of this name with this secret.');
  }
  const body = jsonOf(req.body);
  const lineOf = (instance: string): Line | undefined =>
    lines.find(({ config }) => config['instance'] === instance);
  const items = new Map<Line, Inbound[]>();
  const heard = house.channels.get('evolution')?.parse(body) ?? [];
  await keepMalformed(house, 'evolution', heard);
  for (const item of heard) {
    if (item.kind === 'malformed') continue;
    const line = lineOf(item.account);
    // A webhook that was set for the whole server brings every instance's news here.
    if (line === undefined) await countStranger(house, 'evolution', item.account, 1);
    else items.set(line, [...(items.get(line) ?? []), item]);
  }
  await receiveBatch(
    house,
    [...items].map(([line, own]) => ({ line, items: own })),
    startedMs,
  );
  for (const news of parseConnection(body)) {
    const line = lineOf(news.account);
    if (line !== undefined) await takeConnection(house, line, news);
  }
  res.status(200).end();
}

/** Never repeated in an error: Evolution puts its API key into every body. */
function jsonOf(bytes: unknown): unknown {
  if (!Buffer.isBuffer(bytes)) throw new Problem(400, 'not-json', 'The body is not JSON.');
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (notJson) {
    if (!(notJson instanceof SyntaxError)) throw notJson;
    throw new Problem(400, 'not-json', 'The body is not JSON.');
  }
}
