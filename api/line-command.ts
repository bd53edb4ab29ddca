import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { LineRef } from '../workflows/line-activities.ts';
import type { LineAnswer, LineCommand } from '../workflows/line-commands.ts';
import type { House } from './house.ts';
import { Problem } from './problem.ts';

type Given<Kind extends LineAnswer['kind']> = Extract<LineAnswer, { kind: Kind }>;

/** Asks the line, and turns a refusal into the answer that the caller gets. */
export async function commandLine(
  { lineMail }: Pick<House, 'lineMail'>,
  ref: LineRef,
  command: LineCommand,
): Promise<Exclude<LineAnswer, Given<'refused'>>> {
  const answer = await asked(lineMail, ref, command);
  if (answer.kind === 'refused') throw new Problem(409, answer.code, answer.text);
  return answer;
}

async function asked(lineMail: House['lineMail'], ref: LineRef, command: LineCommand): Promise<LineAnswer> {
  try {
    return await lineMail.command(ref, command);
  } catch (error) {
    // The line ended while it was asked: nobody holds it.
    if (error instanceof WorkflowUpdateFailedError && command.kind !== 'start') return { kind: 'not-held' };
    throw error;
  }
}

export const notHeld = (): Problem =>
  new Problem(
    409,
    'line-not-open',
    'No browser is open for this line at this moment. Start the line, or wait until it has opened again by itself.',
  );
