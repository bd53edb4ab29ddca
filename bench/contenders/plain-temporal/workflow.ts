import { condition, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';

/** A buffer with a timer, the way tutorials write it: signals push, a sleep waits, two activities answer. */
export const message = defineSignal<[string]>('message');

const { think, send } = proxyActivities<{
  think(texts: readonly string[]): Promise<string>;
  send(to: string, text: string): Promise<void>;
}>({ startToCloseTimeout: '1 minute' });

export async function conversation(customer: string, windowMs: number): Promise<void> {
  const buffer: string[] = [];
  setHandler(message, (text) => void buffer.push(text));
  await condition(() => buffer.length > 0);
  while (buffer.length > 0) {
    await condition(() => false, windowMs);
    const answer = await think(buffer.splice(0));
    await send(customer, answer);
  }
}
