import { createHmac } from 'node:crypto';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import { exchange } from '../channels/http.ts';
import { isLoopbackHost, PrivateAddressError, publicOnly } from '../channels/private-address.ts';
import { wireFailure } from '../channels/wire-failure.ts';
import { causes } from '../domain/errors.ts';
import { webhookPayload, eventId } from '../store/webhook-payload.ts';
import { buryDelivery, readDelivery, readWebhook, recordAttempt } from '../store/webhooks.ts';
import type { WebhookActivities } from '../workflows/webhook-activities.ts';
import type { ActivityContext } from './context.ts';

/** A receiver has this long to say that it has the event; its own work it does afterwards. */
const ANSWER_WITHIN_MS = 10_000;
/** The receiver says that it is gone for good. */
const GONE = 410;

/** `X-Zajel-Signature`: HMAC-SHA256 of `<timestamp>.<body>` with the webhook's secret, in hex. */
export const signatureOf = (secret: string, timestamp: string, body: string): string =>
  `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;

export function createWebhookActivities({
  database,
  seal,
  now,
  webhooksToLoopback,
}: ActivityContext): WebhookActivities {
  return {
    async postWebhook(ref) {
      const found = await database.merchant(ref.merchant, async (tx) => {
        const webhook = await readWebhook(tx, ref.merchant, ref.webhook);
        const delivery = await readDelivery(tx, ref);
        if (webhook === null || delivery?.state !== 'pending') return null;
        return { webhook, payload: await webhookPayload(tx, ref.merchant, delivery) };
      });
      if (found === null) return;
      const body = JSON.stringify(found.payload);
      const timestamp = String(Math.floor(now() / 1_000));
      const { status, problem, isFinal } = await post(new URL(found.webhook.url), webhooksToLoopback, body, {
        'user-agent': 'Zajel-Webhooks',
        'x-zajel-event': eventId(ref.event),
        'x-zajel-event-type': found.payload.type,
        'x-zajel-timestamp': timestamp,
        'x-zajel-signature': signatureOf(seal.open(found.webhook.secret).toString('utf8'), timestamp, body),
      });
      const state = problem === null ? 'delivered' : isFinal ? 'dead' : 'pending';
      await database.merchant(ref.merchant, (tx) =>
        recordAttempt(tx, ref, { state, status, problem, at: new Date(now()) }),
      );
      if (state === 'pending')
        throw ApplicationFailure.create({
          type: 'webhook-refused',
          message: problem ?? 'refused',
          category: ApplicationFailureCategory.BENIGN,
        });
    },

    buryWebhook: (ref) => database.merchant(ref.merchant, (tx) => buryDelivery(tx, ref)),
  };
}

interface Answered {
  readonly status: number | null;
  /** Null: the receiver has it. */
  readonly problem: string | null;
  /** Trying again can't help. */
  readonly isFinal: boolean;
}

/** The address was typed by a merchant: it must not make Zajel knock at what only Zajel can reach. Redirects are not followed. */
async function post(
  url: URL,
  allowLoopback: boolean,
  body: string,
  headers: Record<string, string>,
): Promise<Answered> {
  const onLoopback = allowLoopback && isLoopbackHost(url.hostname);
  try {
    const { status } = await exchange({
      method: 'POST',
      url,
      headers,
      body,
      timeoutMs: ANSWER_WITHIN_MS,
      signal: Context.current().cancellationSignal,
      ...(onLoopback ? {} : publicOnly(url)),
    });
    if (status >= 200 && status < 300) return { status, problem: null, isFinal: false };
    return { status, problem: `http-${status}`, isFinal: status === GONE };
  } catch (error) {
    for (const link of causes(error))
      if (link instanceof PrivateAddressError)
        return { status: null, problem: 'private-address', isFinal: true };
    return { status: null, problem: wireFailure(error).reason, isFinal: false };
  }
}
