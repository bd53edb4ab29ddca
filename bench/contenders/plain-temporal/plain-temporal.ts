import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { findTemporalCli } from '../../../start/embedded-temporal/cli.ts';
import { freePorts, launch } from '../../processes.ts';
import { chatContender } from '../chat-contender.ts';

/** The development server as its documentation starts it on a file, and a workflow as its tutorials write it. */
export const plainTemporal = chatContender({
  name: 'plain Temporal workflow',
  app: new URL('./app.ts', import.meta.url),
  missing: async () =>
    (await findTemporalCli(process.env['TEMPORAL_CLI_PATH'])) === null
      ? 'no Temporal CLI here: npm start fetches it'
      : null,
  async keeper({ folder }) {
    const cli = await findTemporalCli(process.env['TEMPORAL_CLI_PATH']);
    if (cli === null) throw new Error('no Temporal CLI');
    const [temporal = 0, ui = 0] = await freePorts(2);
    const address = `127.0.0.1:${temporal}`;
    const server = launch(
      cli,
      ['server', 'start-dev', '--port', String(temporal), '--ui-port', String(ui)]
        .concat(['--db-filename', join(folder, 'temporal.db')])
        .concat(['--log-level', 'warn']),
      {},
    );
    await namespaceAt(address);
    return { process: server, address };
  },
  temporal: ({ address }) => ({
    address,
    workflowIdOf: (customer) => Promise.resolve(`conversation-${customer}`),
  }),
});

async function namespaceAt(address: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: 1_000 });
      await connection.workflowService.describeNamespace({ namespace: 'default' });
      await connection.close();
      return;
    } catch (notYet) {
      if (tries > 300) throw notYet;
      await pause(200);
    }
  }
}
