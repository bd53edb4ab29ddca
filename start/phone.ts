import { createInterface } from 'node:readline';
import { lineByLine } from './phone/line-by-line.ts';
import { NotThere, PhoneNetwork } from './phone/network.ts';
import { phoneOptions, type PhoneOptions } from './phone/options.ts';
import { RunLinks } from './phone/run-link.ts';
import { Talk } from './phone/talk.ts';
import { terminal } from './phone/terminal.ts';
import { ROOT } from './root.ts';
import { settingsOrExit } from './settings.ts';
import { StartRefused } from './start-refused.ts';

/** `npm run phone`: a customer's phone in the terminal, talking to a running Zajel. */
const settings = settingsOrExit(ROOT);
try {
  const options = phoneOptions(process.argv.slice(2), settings);
  const links = new RunLinks(settings.TEMPORAL_UI_PORT, settings.TEMPORAL_NAMESPACE);
  if (process.stdin.isTTY && process.stdout.isTTY) await inHand(options, links);
  else await piped(options, links);
  process.exit(0);
} catch (error) {
  if (!(error instanceof StartRefused || error instanceof NotThere)) throw error;
  process.stderr.write(`zajel: ${error.message}\n`);
  process.exit(1);
}

/** Typed by a person; Ctrl-C or Ctrl-D puts the phone away. */
async function inHand(options: PhoneOptions, links: RunLinks): Promise<void> {
  const network = new PhoneNetwork(options);
  // Before the screen is taken: what refuses the start is said on an ordinary line.
  await network.received();
  console.log(
    `A phone of a customer of ${options.merchant}, number ${options.number}. Type as customers do, in fragments; Ctrl-C ends.`,
  );
  const screen = terminal();
  try {
    const talk = await Talk.begin(network, links, screen);
    screen.input.on('line', (text) => {
      if (text.trim() !== '') talk.say(text);
      screen.input.prompt();
    });
    screen.input.on('SIGINT', () => talk.end());
    screen.input.on('close', () => talk.end());
    await talk.follow();
  } finally {
    screen.close();
  }
}

/** Each line that comes in is a message; when no more come, the phone is put away once everything is answered. */
async function piped(options: PhoneOptions, links: RunLinks): Promise<void> {
  const talk = await Talk.begin(
    new PhoneNetwork(options),
    links,
    lineByLine((line) => console.log(line)),
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(0));
  const typed = (async () => {
    for await (const text of createInterface({ input: process.stdin }))
      if (text.trim() !== '') talk.say(text);
    await talk.settled();
    talk.end();
  })();
  await Promise.all([talk.follow(), typed]);
}
