import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';

const TRIES = 5;

/**
 * For calls that signal a run or start one. Of two that find no run at the same moment one starts it, and the server may
 * refuse the other although it was told to use the run that is there: asked again, it does.
 */
export async function despiteRacingStarts<T>(signalOrStart: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await signalOrStart();
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError) || tries === TRIES) throw error;
    }
  }
}
