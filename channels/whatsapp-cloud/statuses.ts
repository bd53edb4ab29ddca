import type { z } from 'zod';
import type { Failure } from '../../domain/errors.ts';
import { messageKey } from '../../domain/ids.ts';
import type { StatusNews } from '../../domain/message.ts';
import { present } from '../items.ts';
import { graphFailure } from '../meta/error-codes.ts';
import * as wire from './schema.ts';

/** News of what we sent. `biz_opaque_callback_data` is our own key, coming back: it settles a send of unknown outcome. */
export function parseStatus(account: string, status: z.infer<typeof wire.status>): StatusNews {
  const key = status.biz_opaque_callback_data;
  return {
    kind: 'status',
    account,
    id: status.id,
    // A voice message that was listened to has been read.
    status: status.status === 'played' ? 'read' : status.status,
    atMs: status.timestamp,
    ...(key === undefined ? {} : { key: messageKey(key) }),
    ...present({ to: status.recipient_id ?? status.recipient_user_id }),
    ...(status.status === 'failed' ? { failure: failureOf(status.errors) } : {}),
  };
}

function failureOf(errors: unknown): Failure {
  const first = wire.fault.safeParse(Array.isArray(errors) ? errors[0] : undefined);
  if (!first.success) return graphFailure({ code: null, status: null, detail: 'failed without a reason' });
  const { code, title, message, error_data } = first.data;
  return graphFailure({ code, status: null, detail: error_data?.details ?? message ?? title ?? 'failed' });
}
