import type { Role } from './run.ts';

export interface Banner {
  readonly role: Role;
  readonly url?: string;
  readonly temporalUi: string | null;
  /** Null: the operator set the key and knows it. */
  readonly adminKeyFile?: string | null;
}

/** What a person needs to know once everything runs, and nothing else. */
export function printBanner({ role, url, temporalUi, adminKeyFile }: Banner): void {
  const lines = [
    `Zajel زاجل is running${role === 'everything' ? '' : ` (${role})`}. Ctrl-C stops it; what is under way goes on at the next start.`,
    ...(url === undefined ? [] : [`  Console      ${url}/`, `  API docs     ${url}/docs`]),
    ...(temporalUi === null ? [] : [`  Temporal UI  ${temporalUi}`]),
    ...(adminKeyFile === null || adminKeyFile === undefined ? [] : [`  Admin key    ${adminKeyFile}`]),
    ...(role === 'everything' ? ['  A first chat: npm run phone (in another terminal)'] : []),
  ];
  process.stderr.write(`\n${lines.join('\n')}\n\n`);
}
