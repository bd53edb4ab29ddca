import { listOf } from './parse.ts';
import * as wire from './schema.ts';

/** News of the line itself. It is no `Inbound`: it goes to the line, not to a conversation. */
export type ConnectionNews =
  | { readonly account: string; readonly state: 'connected' | 'connecting' }
  | {
      readonly account: string;
      readonly state: 'disconnected';
      readonly loggedOut: boolean;
      readonly statusReason: number | null;
    }
  | {
      readonly account: string;
      readonly state: 'needs-qr';
      readonly qr: string | null;
      readonly pairingCode: string | null;
    };

/** 401: the device was unlinked on the phone. 403: the number was banned. Neither comes back by itself. */
const LOGGED_OUT = new Set([401, 403]);

/** Empty for every other event. Never throws. */
export function parseConnection(body: unknown): ConnectionNews[] {
  const envelope = wire.envelope.safeParse(body);
  if (!envelope.success) return [];
  const { event, instance: account, data } = envelope.data;
  switch (event) {
    case 'connection.update':
      return listOf(data).flatMap((item) => {
        const parsed = wire.connection.safeParse(item);
        return parsed.success ? [stateOf(account, parsed.data.state, parsed.data.statusReason ?? null)] : [];
      });
    case 'qrcode.updated':
      return listOf(data).flatMap((item) => {
        const parsed = wire.qrcode.safeParse(item);
        if (!parsed.success) return [];
        const { code, pairingCode } = parsed.data.qrcode;
        return [{ account, state: 'needs-qr', qr: code ?? null, pairingCode: pairingCode ?? null }];
      });
    default:
      return [];
  }
}

function stateOf(
  account: string,
  state: 'open' | 'connecting' | 'close',
  statusReason: number | null,
): ConnectionNews {
  switch (state) {
    case 'open':
      return { account, state: 'connected' };
    case 'connecting':
      return { account, state: 'connecting' };
    case 'close':
      return {
        account,
        state: 'disconnected',
        loggedOut: statusReason !== null && LOGGED_OUT.has(statusReason),
        statusReason,
      };
  }
}
