import { startVitest } from 'vitest/node';
import { environment, settingsOrExit } from '../start/settings.ts';
import { temporalCli } from '../start/embedded-temporal/cli.ts';
import { ROOT } from '../start/root.ts';
import { StartRefused } from '../start/start-refused.ts';
import { handGrownUpPrograms } from './support/grown-up/programs.ts';
import { testServerPath } from './support/test-server.ts';

/**
 * `npm test [-- <part of a file name> …]`: all tests. Fetches the two programs they need first, and ends
 * with one line that counts: `N passed, N failed`.
 */
const filters = process.argv.slice(2);
const say = (line: string) => console.log(line);

/** Why there is no grown-up house here; null: there is one. */
let notGrownUp: string | null = null;
/** Why no test can skip time here; null: they can. */
let notSkipping: string | null = null;
try {
  const { TEMPORAL_CLI_PATH } = settingsOrExit(ROOT);
  process.env['TEMPORAL_CLI_PATH'] = await temporalCli(TEMPORAL_CLI_PATH, say);
  notSkipping = await handTestServer();
  notGrownUp = await handGrownUpPrograms(say);
} catch (error) {
  console.error(error instanceof StartRefused || error instanceof Error ? error.message : String(error));
  console.log('0 passed, 1 failed');
  process.exit(1);
}
// What a person has set up for their own Zajel is not what the tests are about.
for (const name of ['TEMPORAL_ADDRESS', 'DATABASE_URL', 'ZAJEL_DATA'])
  Reflect.deleteProperty(process.env, name);

async function handTestServer(): Promise<string | null> {
  try {
    process.env['TEMPORAL_TEST_SERVER_PATH'] =
      environment(ROOT)['TEMPORAL_TEST_SERVER_PATH'] || (await testServerPath(say));
    return null;
  } catch (error) {
    process.env['TESTS_WITHOUT_SKIPPING'] = 'true';
    return error instanceof Error ? error.message : String(error);
  }
}

const vitest = await startVitest(filters, {
  watch: false,
  run: true,
  root: ROOT,
  ...(notGrownUp === null ? {} : { project: ['!grown-up', '!also-grown-up'] }),
});
const modules = vitest.state.getTestModules();
const tests = modules.flatMap((module) => [...module.children.allTests()]);
const count = (state: string) => tests.filter((test) => test.result().state === state).length;
const skipped = tests.filter((test) => test.result().state === 'skipped');
// A file that could not even be loaded, a hook or a stray promise that failed: a failure without a test's name.
const broken = modules.filter(
  (module) => module.state() === 'failed' && [...module.children.allTests('failed')].length === 0,
).length;
const failures = count('failed') + broken + vitest.state.getUnhandledErrors().length;
await vitest.close();

for (const test of skipped) {
  const result = test.result();
  console.log(
    `skipped: ${test.fullName}${result.state === 'skipped' && result.note !== undefined ? `: ${result.note}` : ''}`,
  );
}
if (notSkipping !== null) console.log(`skipped: everything that skips time: ${notSkipping}`);
if (notGrownUp !== null) console.log(`skipped: everything in the grown-up shape: ${notGrownUp}`);
const nothing = tests.length === 0 ? 1 : 0;
const summary = `${count('passed')} passed, ${failures + nothing} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`;
process.stdout.write(`${summary}\n`, () => process.exit(failures + nothing === 0 ? 0 : 1));
