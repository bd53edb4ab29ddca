import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './root.ts';

/** `npm run check`: types, lint, format. All three are run, so that one look shows everything. */
const CHECKS = [
  { name: 'types', command: ['typescript/bin/tsc', '-p', 'tsconfig.json'], help: 'see the lines above' },
  { name: 'lint', command: ['eslint/bin/eslint.js', '.'], help: 'see the lines above' },
  { name: 'format', command: ['prettier/bin/prettier.cjs', '--check', '.'], help: 'npm run format' },
] as const;

const failed = CHECKS.filter(({ name, command: [file, ...args] }) => {
  console.log(`${name} …`);
  return (
    spawnSync(process.execPath, [join(ROOT, 'node_modules', file), ...args], { cwd: ROOT, stdio: 'inherit' })
      .status !== 0
  );
});
for (const { name, help } of failed) console.error(`${name} failed: ${help}`);
if (failed.length === 0) console.log('types, lint and format are in order');
process.exitCode = failed.length === 0 ? 0 : 1;
