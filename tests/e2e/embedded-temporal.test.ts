import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { expect, it } from 'vitest';
import { temporalCli } from '../../start/embedded-temporal/cli.ts';
import { isFree } from '../../start/embedded-temporal/ports.ts';
import { startEmbeddedTemporal } from '../../start/embedded-temporal/server.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'zajel-temporal-'));
const moduleUrl = new URL('../../start/embedded-temporal/server.ts', import.meta.url).href;
/** Out of the range of `freePorts`: the next one, too, is nobody's. */
const [PORT, UI_PORT] = [17_233, 18_233];

async function start(dataDir: string) {
  const said: string[] = [];
  const cli = await temporalCli(process.env['TEMPORAL_CLI_PATH'], (line) => said.push(line));
  const server = await startEmbeddedTemporal({
    cli,
    dataDir,
    port: PORT,
    uiPort: UI_PORT,
    namespace: 'default',
    say: (line) => said.push(line),
  });
  return { server, said, cli };
}

it('the embedded Temporal knows our search attributes, takes the next port when its own is busy and stops without a trace', async () => {
  const occupant = createServer();
  await new Promise<void>((listening) => occupant.listen(PORT, '127.0.0.1', listening));
  const { server, said } = await start(folder());
  const connection = await Connection.connect({ address: server.address });
  const { customAttributes } = await connection.operatorService.listSearchAttributes({
    namespace: 'default',
  });
  await connection.close();
  await server.stop();
  await new Promise((closed) => occupant.close(closed));
  expect(Object.keys(customAttributes)).toEqual(
    expect.arrayContaining(['Merchant', 'Platform', 'Customer', 'Phase', 'NeedsHuman']),
  );
  expect(server.address).toBe(`127.0.0.1:${PORT + 1}`);
  expect(said.join()).toContain(`port ${PORT} is busy, using ${PORT + 1}`);
  expect(await isFree('127.0.0.1', PORT + 1)).toBe(true);
});

it('the server that a killed Zajel left behind is ended before another one opens its file', async () => {
  const dataDir = folder();
  const cli = await temporalCli(process.env['TEMPORAL_CLI_PATH'], () => undefined);
  const script = `import { startEmbeddedTemporal } from ${JSON.stringify(moduleUrl)};
    await startEmbeddedTemporal(${JSON.stringify({ cli, dataDir, port: PORT, uiPort: UI_PORT, namespace: 'default' })} );
    process.kill(process.pid, 'SIGKILL');`.replace('} );', ', say: () => {} });');
  await new Promise((exited) =>
    spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' }).once('exit', exited),
  );
  const orphan = Number(readFileSync(join(dataDir, 'temporal', 'server.pid'), 'utf8'));
  const { server, said } = await start(dataDir);
  await server.stop();
  expect(said.join()).toContain(`ending the server (process ${orphan}) that the last run left behind`);
  expect(server.address).toBe(`127.0.0.1:${PORT}`);
});
