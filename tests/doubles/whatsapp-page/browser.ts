import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const FEATURES = '--disable-features=';

/**
 * A browser for CHROMIUM_PATH that adds the double's flags, so that Zajel itself runs as its users have it: the page of
 * the double stands at a public address, and reaches its control server on loopback only with them. A port of its own lets
 * tests close its page, as a person or an extension would.
 */
export function browserFor(
  { browserArgs }: { readonly browserArgs: readonly string[] },
  chromium: string,
  folder: string,
): string {
  // Of several lists of features only the last counts, so ours joins the one that is there.
  const features = browserArgs
    .filter((one) => one.startsWith(FEATURES))
    .map((one) => one.slice(FEATURES.length));
  const others = browserArgs.filter((one) => !one.startsWith(FEATURES)).map((one) => `'${one}'`);
  const file = path.join(folder, 'chromium-for-the-double');
  writeFileSync(
    file,
    `#!/bin/sh
for one do
  shift
  case "$one" in ${FEATURES}*) one="$one,${features.join(',')}" ;; esac
  set -- "$@" "$one"
done
exec '${chromium}' ${others.join(' ')} --remote-debugging-port=0 "$@"
`,
    { mode: 0o755 },
  );
  return file;
}

const target = z.object({ id: z.string(), type: z.string() });

/** Closes the page of the browser that is on this profile. */
export async function closePage(profile: string): Promise<void> {
  const [port] = readFileSync(path.join(profile, 'DevToolsActivePort'), 'utf8').split('\n');
  const url = `http://127.0.0.1:${port ?? ''}/json`;
  const targets = z.array(target).parse(await (await fetch(`${url}/list`)).json());
  const pages = targets.filter(({ type }) => type === 'page');
  if (pages.length === 0) throw new Error('the browser has no page');
  for (const { id } of pages) await fetch(`${url}/close/${id}`);
}
