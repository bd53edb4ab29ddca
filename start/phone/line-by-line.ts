import type { Screen, Standing } from './talk.ts';
import { harmless } from './lines.ts';

/** For scripts and pipes: a line per event on the standard output. */
export function lineByLine(write: (line: string) => void): Screen {
  let told = '';
  const once = (line: string): void => {
    if (line !== told && line !== '') write(line);
    told = line;
  };
  return {
    received({ by, part, parts, text }) {
      const which = parts > 1 ? ` ${part}/${parts}` : '';
      write(`${by}${which}: ${harmless(text).replaceAll('\n', ' ⏎ ')}`);
    },
    run: (link) => write(`run: ${link}`),
    standing: (now) => once(inWords(now)),
  };
}

function inWords(now: Standing): string {
  switch (now.kind) {
    case 'quiet':
      return '';
    case 'window':
      return `window: ${now.count} gathered, ends at ${new Date(now.endsAtMs).toISOString()}`;
    case 'thinking':
    case 'sending':
      return `${now.kind} …`;
    case 'waiting':
      return `waiting: ${now.reason}`;
    case 'human':
      return 'a person is in charge';
    case 'away':
      return `${now.sentence} (trying again)`;
  }
}
