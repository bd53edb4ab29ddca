import { useRef, useState } from 'preact/hooks';
import { useAction } from './loaded.ts';

export interface Writing {
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly error: unknown;
  /** Sends what stands in the box, or another text; what is still on its way goes first. */
  readonly send: (text?: string) => void;
}

/**
 * A box to write in. It is empty as soon as it is sent, so that the next message can be typed meanwhile; whatever was not
 * sent comes back in front of what stands there by then.
 */
export function useWriting(deliver: (text: string) => Promise<unknown>): Writing {
  const { run, error } = useAction();
  const [text, setText] = useState('');
  const waiting = useRef<string[]>([]);
  const unsent = useRef<readonly string[]>([]);
  const sending = useRef(false);

  const sendAll = async (): Promise<void> => {
    sending.current = true;
    const sent = await run(async () => {
      for (let next = waiting.current[0]; next !== undefined; next = waiting.current[0]) {
        await deliver(next);
        waiting.current.shift();
      }
    });
    sending.current = false;
    if (sent) return;
    const back = waiting.current.splice(0);
    unsent.current = back;
    setText((now) => [...back, ...(now === '' ? [] : [now])].join('\n'));
  };
  return {
    text,
    setText,
    error,
    send: (given) => {
      const messages = given === undefined ? messagesIn(text, unsent.current) : [given];
      if (given === undefined) {
        setText('');
        unsent.current = [];
      }
      waiting.current.push(...messages.filter((message) => message.trim() !== ''));
      if (!sending.current && waiting.current.length > 0) void sendAll();
    },
  };
}

/**
 * What came back and still stands there as it was goes as the messages it was before: one of them may have been taken,
 * and only the very same is known for the same.
 */
export function messagesIn(text: string, unsent: readonly string[]): string[] {
  const [first, ...others] = unsent;
  if (first === undefined || text === first) return [text];
  return text.startsWith(`${first}\n`)
    ? [first, ...messagesIn(text.slice(first.length + 1), others)]
    : [text];
}
