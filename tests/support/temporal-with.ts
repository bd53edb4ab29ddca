import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** The Temporal CLI, whose server is started with these flags besides. */
export function temporalWith(cli: string, folder: string, flags: readonly string[]): string {
  const script = join(folder, 'temporal.sh');
  writeFileSync(
    script,
    `#!/bin/sh\n[ "$1" = server ] && exec "${cli}" "$@" ${flags.join(' ')}\nexec "${cli}" "$@"\n`,
  );
  chmodSync(script, 0o755);
  return script;
}

/** How many events make the server suggest to continue as new: 4,096 by itself. */
export const suggestContinueAsNewAfter = (events: number): string[] => [
  '--dynamic-config-value',
  `limit.historyCount.suggestContinueAsNew=${events}`,
];

const COUNTED = /^action\{action_type="(?<kind>\w+)",namespace="default",[^}]*\} (?<count>\d+)$/gm;
const counted = z.object({ kind: z.string(), count: z.coerce.number() });

/**
 * What the server itself counted as an action since it was started with `--metrics-port`, by kind: the measure of what
 * Temporal Cloud bills. A start that brings its first signal is one kind and one call here, and two actions on the bill.
 */
export async function actionsCounted(port: number): Promise<Readonly<Record<string, number>>> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const kinds: Record<string, number> = {};
  for (const { groups } of text.matchAll(COUNTED)) {
    const { kind, count } = counted.parse(groups);
    if (count > 0) kinds[kind] = (kinds[kind] ?? 0) + count;
  }
  return kinds;
}
