import { classify, wordsOf } from '../channels/whatsapp-web/classify.ts';
import type { Connection } from '../channels/whatsapp-web/connection.ts';
import { LineRefused } from '../channels/whatsapp-web/refused.ts';
import type { LineSeen } from '../workflows/line-activities.ts';
import type { LineAnswer, LineCommand } from '../workflows/line-commands.ts';

/** The living connection, as its commands see it. */
export interface Held {
  readonly connection: Connection;
  pairingCode: string | null;
  /** A person asked for the end: what follows is not a failure, and nobody opens the line again by itself. */
  leaving: boolean;
}

/** Does what a person asks of the connection, and says what came of it. */
export async function commandHolder(
  held: Held,
  command: LineCommand,
  onTrouble: (error: unknown) => void,
): Promise<LineAnswer> {
  const { connection } = held;
  // The end of the browser ends this worker's queue, so it comes after the answer.
  const endSoon = (why: string): void => void connection.stop(why).catch(onTrouble);
  try {
    switch (command.kind) {
      case 'health-check':
        return { kind: 'seen', seen: seenOf(held) };
      case 'fresh-qr':
        await connection.freshQr();
        return { kind: 'seen', seen: seenOf(held) };
      case 'pairing-code':
        return { kind: 'pairing-code', code: await connection.requestPairingCode(command.phone) };
      case 'logout':
        await connection.logout();
        held.leaving = true;
        await connection.done;
        return { kind: 'done' };
      case 'stop':
        held.leaving = true;
        endSoon('asked');
        return { kind: 'done' };
      case 'restart-browser':
      case 'reconnect':
        endSoon(command.kind);
        return { kind: 'done' };
      case 'start':
        return { kind: 'done' };
      case 'clear-session':
        return {
          kind: 'refused',
          code: 'in-use',
          text: 'The login is in use; it is cleared once the browser has ended.',
        };
    }
  } catch (error) {
    return { kind: 'refused', ...refusalOf(error) };
  }
}

export function refusalOf(error: unknown): { readonly code: string; readonly text: string } {
  if (error instanceof LineRefused) return { code: error.code, text: error.text.en };
  return { code: classify(error).reason, text: `It could not be done: ${wordsOf(error)}` };
}

export function seenOf({ connection, pairingCode }: Held): LineSeen {
  const {
    state,
    why,
    quality,
    connectedSinceMs,
    answeredInMs,
    browserBytes,
    profileBytes,
    lastBackupAtMs,
    beyondRepair,
    qr,
    me,
  } = connection.report();
  return {
    state,
    why,
    quality,
    connectedSinceMs,
    answeredInMs,
    browserBytes,
    profileBytes,
    lastBackupAtMs,
    beyondRepair,
    qr: qr === null ? null : { text: qr.text, dataUrl: qr.dataUrl, atMs: qr.atMs },
    pairingCode: state === 'needs-qr' ? pairingCode : null,
    phone: /^\d+/.exec(me?.pn ?? '')?.[0] ?? null,
  };
}
