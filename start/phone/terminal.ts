import { clearScreenDown, createInterface, moveCursor, cursorTo, type Interface } from 'node:readline';
import { lines } from './lines.ts';
import type { Screen, Standing } from './talk.ts';

/** How often the countdown moves: a tenth of a second is what it shows. */
const TICK_MS = 100;
const DIM = '\u001b[2m';
const BOLD = '\u001b[1m';
const PLAIN = '\u001b[0m';

export interface Terminal extends Screen {
  readonly input: Interface;
  close(): void;
}

/** A phone for a person: messages roll by above, the line being typed stays below with the countdown before it. */
export function terminal(): Terminal {
  const { stdin, stdout } = process;
  const input = createInterface({ input: stdin, output: stdout, prompt: '› ' });
  let standing: Standing = { kind: 'quiet' };
  let prompt = '';

  const refresh = (): void => {
    const next = promptOf(standing, stdout.columns);
    if (next === prompt) return;
    prompt = next;
    input.setPrompt(prompt);
    input.prompt(true);
  };
  const above = (print: () => void): void => {
    moveCursor(stdout, 0, -input.getCursorPos().rows);
    cursorTo(stdout, 0);
    clearScreenDown(stdout);
    print();
    input.prompt(true);
  };
  const ticking = setInterval(refresh, TICK_MS);
  input.prompt();

  return {
    input,
    received: ({ by, part, parts, text }) =>
      above(() => {
        const which = parts > 1 ? ` ${part}/${parts}` : '';
        stdout.write(`${BOLD}${by === 'human' ? 'a person' : 'bot'}${which}${PLAIN}\n`);
        for (const line of lines(text, stdout.columns - 1)) stdout.write(`${line}\n`);
      }),
    run: (link) => above(() => stdout.write(`${DIM}${link}${PLAIN}\n`)),
    standing(now) {
      standing = now;
      refresh();
    },
    close() {
      clearInterval(ticking);
      input.close();
      stdout.write('\n');
    },
  };
}

/** Short enough that there is room to type on forty columns. */
function promptOf(now: Standing, columns: number): string {
  switch (now.kind) {
    case 'quiet':
      return '› ';
    case 'window': {
      const left = Math.max(now.endsAtMs - Date.now(), 0) / 1000;
      return `${left.toFixed(1)} s · ${now.count} › `;
    }
    case 'thinking':
      return 'thinking › ';
    case 'sending':
      return 'sending › ';
    case 'waiting':
      return columns < 60 ? 'waiting › ' : `waiting (${now.reason}) › `;
    case 'human':
      return columns < 60 ? 'person › ' : 'a person answers › ';
    case 'away':
      return columns < 60 ? 'no Zajel › ' : `${now.sentence} › `;
  }
}
