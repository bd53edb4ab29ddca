import { handshake, verifySignature } from '../../channels/meta/signature.ts';
import type { House } from '../house.ts';
import type { MetaApps, MetaAppSecrets } from '../meta-apps.ts';
import { readPost, sortPost } from '../meta-post.ts';
import { notFound, Problem } from '../problem.ts';
import { receiveBatch } from '../receive-batch.ts';
import { rawRoute, type Route } from '../route.ts';
import { metaAppPath } from '../schemas/webhook.ts';
import { databaseUnavailable, PATIENCE_MS, within } from '../unavailable.ts';

const tag = 'Webhooks';
const path = '/webhooks/meta/:app';

/** Meta's own limit for one post. */
const LARGEST_POST = '3mb';

/** WhatsApp Cloud API and Instagram: nothing of a body is looked at before its signature was right. */
export function metaWebhookRoutes(house: House, apps: MetaApps): Route[] {
  const secretsOf = async (app: string, startedMs: number): Promise<MetaAppSecrets> => {
    const leftMs = startedMs + PATIENCE_MS - Date.now();
    const secrets = await within(leftMs, apps.secretsOf(app), () => databaseUnavailable());
    if (secrets === null) throw notFound('meta-app');
    return secrets;
  };
  return [
    rawRoute({
      method: 'get',
      path,
      scope: 'public',
      tag,
      summary: 'Meta’s handshake: the challenge comes back',
      params: metaAppPath,
      responses: { 200: { contentType: 'text/plain' } },
    })(async ({ params: { app }, startedMs }, req, res) => {
      const { verifyToken } = await secretsOf(app, startedMs);
      const shaken = handshake(req.query, verifyToken);
      if (!shaken.ok)
        throw new Problem(403, 'wrong-verify-token', 'This is not the verify token of this app.');
      res.status(200).type('text/plain').send(shaken.challenge);
    }),
    rawRoute({
      method: 'post',
      path,
      scope: 'public',
      tag,
      summary: 'What Meta tells of an app’s numbers and accounts',
      description: 'Signed by Meta in `X-Hub-Signature-256`, over the bytes as they are sent.',
      params: metaAppPath,
      bodyLimit: LARGEST_POST,
      rawBody: true,
      keepsAnswer: () => false,
      responses: { 200: null },
    })(async ({ params: { app }, startedMs }, req, res) => {
      const { appSecret } = await secretsOf(app, startedMs);
      const bytes: unknown = req.body;
      if (!Buffer.isBuffer(bytes) || !verifySignature(bytes, req.get('x-hub-signature-256'), appSecret)) {
        house.metrics.refusedWebhooks.inc({ channel: 'meta' });
        throw new Problem(401, 'wrong-signature', 'The signature is missing, or not of this app and body.');
      }
      const { channel, body } = readPost(bytes);
      if (channel !== null)
        await receiveBatch(house, await sortPost(house, channel, app, body, startedMs), startedMs);
      res.status(200).end();
    }),
  ];
}
