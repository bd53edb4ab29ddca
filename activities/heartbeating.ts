import { Context } from '@temporalio/activity';

/** While this worker lives the server knows of it; a task that died with its worker is noticed within the heartbeat timeout. */
export async function heartbeating<T>(work: () => Promise<T>): Promise<T> {
  const beating = setInterval(() => Context.current().heartbeat(), 1_000);
  try {
    return await work();
  } finally {
    clearInterval(beating);
  }
}
