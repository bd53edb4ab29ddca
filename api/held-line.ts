import type { z } from 'zod';
import { recordAudit } from '../store/audit.ts';
import { moveLine, readLine, type Line, type LineState } from '../store/lines.ts';
import { wishLine } from '../store/wanted-lines.ts';
import type { LineRef } from '../workflows/line-activities.ts';
import type { House } from './house.ts';
import { commandLine, notHeld } from './line-command.ts';
import { lineView } from './line-view.ts';
import { notFound } from './problem.ts';
import type { line as lineSchema } from './schemas/line.ts';

type HeldAction = 'start' | 'stop' | 'restart' | 'logout';

/** A line with a connection of its own: its workflow does it, its holder says how it is; doing it twice is doing it once. */
export async function actOnHeld(
  house: House,
  ref: LineRef,
  action: HeldAction,
  by: string,
): Promise<z.input<typeof lineSchema>> {
  const { database } = house;
  const { merchant, line: id } = ref;
  const before = await database.merchant(merchant, (tx) => readLine(tx, merchant, id));
  if (before === null) throw notFound('line');
  const ended = await asWished(house, ref, action, before);
  return database.merchant(merchant, async (tx) => {
    if (ended !== null)
      await moveLine(tx, merchant, id, { state: ended, why: `${action} by ${by}`, desired: 'stopped' });
    await recordAudit(tx, merchant, { actor: by, action: `line.${action}`, subject: id });
    const after = await readLine(tx, merchant, id);
    if (after === null) throw notFound('line');
    return lineView(tx, after);
  });
}

/**
 * The wish is written first: a line that ends while it still seems to be wanted would be started again by the sweep, and of one
 * that nobody seems to want the holder's first words would not count.
 */
async function asWished(
  house: House,
  ref: LineRef,
  action: HeldAction,
  { state, desired }: Line,
): Promise<LineState | null> {
  const wish = (wished: Line['desired']): Promise<void> =>
    house.database.merchant(ref.merchant, (tx) => wishLine(tx, ref.merchant, ref.line, wished));
  await wish(action === 'start' || action === 'restart' ? 'started' : 'stopped');
  try {
    return await obey(house, ref, action, state);
  } catch (error) {
    // It could not be done, and whoever asked is told so.
    await wish(desired);
    throw error;
  }
}

/** The state that it ended in; null: it is wanted up. */
async function obey(
  house: House,
  ref: LineRef,
  action: HeldAction,
  state: LineState,
): Promise<LineState | null> {
  switch (action) {
    case 'start':
      await commandLine(house, ref, { kind: 'start' });
      return null;
    case 'stop':
      await commandLine(house, ref, { kind: 'stop' });
      return state === 'logged-out' ? state : 'stopped';
    case 'restart': {
      const answer = await commandLine(house, ref, { kind: 'restart-browser' });
      if (answer.kind === 'not-held') await commandLine(house, ref, { kind: 'start' });
      return null;
    }
    case 'logout': {
      if (state === 'logged-out') return state;
      const answer = await commandLine(house, ref, { kind: 'logout' });
      // Only a page that is up can tell WhatsApp.
      if (answer.kind === 'not-held') throw notHeld();
      return 'logged-out';
    }
  }
}
