import type { LineView } from '../tests/chaos/line-api.ts';
import type { LineFleet } from '../tests/chaos/line-fleet.ts';
import type { LineFailure } from './lines-failures.ts';

/** One failure and what came of it. */
export interface Recovery {
  readonly kind: string;
  /** From the end of the cause to connected; null: not within the patience. */
  readonly ms: number | null;
  readonly loginKept: boolean;
  /** Messages that had to wait, and how many of them the customers have exactly once in the end. */
  readonly waited: readonly Waited[];
}
export interface Waited {
  readonly customer: string;
  /** What a person wrote; null: a customer wrote, and one answer of the bot is due. */
  readonly text: string | null;
}

/** After this a line counts as not come back. */
const PATIENCE_MS = 120_000;

/** Causes the failure while messages are on their way in both directions, and waits until the line carries them. */
export async function recover(fleet: LineFleet, failure: LineFailure, round: number): Promise<Recovery> {
  await fleet.isUp();
  const known = (await fleet.line()).history[0]?.at ?? '';
  const causing = failure.cause(fleet, round);
  const waited = await talk(fleet, `${failure.kind}-${round}`);
  const endedAtMs = await causing;
  let ms: number | null = null;
  try {
    await fleet.until(
      `connected again after: ${failure.kind}`,
      async () => {
        const at = connectedAgainAt(await fleet.line(), known);
        if (at !== null) ms = Math.max(at - endedAtMs, 0);
        return at !== null;
      },
      PATIENCE_MS,
    );
    await fleet.until(
      'what waited has arrived',
      async () => waited.every((one) => arrived(fleet, one) > 0) && (await fleet.line()).waiting === 0,
    );
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  }
  const since = (await fleet.line()).history.filter(({ at }) => at > known);
  const loginKept = fleet.phone.linkedDevices === 1 && since.every(({ state }) => state !== 'needs-qr');
  return { kind: failure.kind, ms, loginKept, waited };
}

/** The newest moment at which the line was connected, if it has been down since; `known`: what its history said before. */
function connectedAgainAt({ history }: LineView, known: string): number | null {
  const [newest, ...earlier] = history.filter(({ at }) => at > known);
  // A page that was only slow for a moment has not been down.
  const wasDown = earlier.some(({ state, why }) => state !== 'connected' && why !== 'page-slow');
  return newest?.state === 'connected' && wasDown ? Date.parse(newest.at) : null;
}

let customers = 0;

/** A customer writes whom nobody knew, and a person of the shop writes to one who is known. */
async function talk(fleet: LineFleet, name: string): Promise<Waited[]> {
  customers += 1;
  const stranger = `2011${String(customers).padStart(8, '0')}`;
  fleet.phone.receive({ from: stranger, body: 'بكم القميص؟' });
  const text = `رسالة ${name}`;
  await fleet.write(KNOWN, text);
  return [
    { customer: stranger, text: null },
    { customer: KNOWN, text },
  ];
}

/** The customer to whom the shop's people write: the bot is silent there. */
export const KNOWN = '201009998877';

export async function introduce(fleet: LineFleet): Promise<void> {
  fleet.phone.receive({ from: KNOWN, body: 'السلام عليكم' });
  await fleet.until('the first answer', () => fleet.received(KNOWN).length > 0);
}

export const arrived = (fleet: LineFleet, { customer, text }: Waited): number =>
  fleet.received(customer).filter((one) => text === null || one === text).length;
