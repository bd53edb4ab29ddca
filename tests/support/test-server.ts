import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../start/embedded-temporal/cli.ts';

const run = promisify(execFile);

/** The Java program that the SDKs test themselves with, as Maven Central has it. */
const VERSION = '1.32.0';
const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>zajel</groupId><artifactId>test-server</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${VERSION}</version>
  </dependency></dependencies>
</project>
`;

/**
 * Temporal's time-skipping test server, as a program that takes a port: the one that was named, the one fetched
 * before, else from Maven Central.
 *
 * @throws an Error that says what to install when there is no way to get it.
 */
export async function testServerPath(say: (line: string) => void = () => undefined): Promise<string> {
  const given = process.env['TEMPORAL_TEST_SERVER_PATH'];
  if (given !== undefined && given !== '') return given;
  const folder = join(cacheFolder(), `test-server-${VERSION}`);
  const launcher = join(folder, 'test-server');
  if (existsSync(launcher)) return launcher;
  await needed('java', 'install Java 17 (Debian: apt-get install default-jre-headless)');
  await needed('mvn', 'install Maven (Debian: apt-get install maven)');
  say(
    'Time-skipping test server: fetching it from Maven Central (about 60 MB, usually under a minute), once for this user …',
  );
  mkdirSync(cacheFolder(), { recursive: true, mode: 0o700 });
  const workshop = mkdtempSync(join(cacheFolder(), 'fetching-'));
  try {
    writeFileSync(join(workshop, 'pom.xml'), POM);
    await run(
      'mvn',
      ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib', '-DincludeScope=runtime'],
      { cwd: workshop },
    );
    // The folder it will have, not the one it is made in.
    const script = `#!/bin/sh\nexec java -Xmx512m -cp "${join(folder, 'lib')}/*" io.temporal.testserver.TestServer "$@"\n`;
    writeFileSync(join(workshop, 'test-server'), script);
    chmodSync(join(workshop, 'test-server'), 0o755);
    if (!existsSync(folder)) renameSync(workshop, folder);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
  return launcher;
}

async function needed(program: string, remedy: string): Promise<void> {
  try {
    await run(program, ['-version']);
  } catch (error) {
    throw new Error(
      `the time-skipping test server needs ${program}: ${remedy}, or set TEMPORAL_TEST_SERVER_PATH`,
      { cause: error },
    );
  }
}
