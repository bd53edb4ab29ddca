import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { findTemporalCli } from '../../../start/embedded-temporal/cli.ts';
import type { Contender, RunningContender } from '../../contender.ts';
import { answering, freePorts, launch, launchScript } from '../../processes.ts';

/** The development server as its documentation starts it on a file, and a workflow as its tutorials write it. */
export const plainTemporal: Contender = {
  name: 'plain Temporal workflow',
  missing: async () =>
    (await findTemporalCli(process.env['TEMPORAL_CLI_PATH'])) === null
      ? 'no Temporal CLI here: npm start fetches it'
      : null,
  async start({ windowMs, folder }): Promise<RunningContender> {
    const cli = await findTemporalCli(process.env['TEMPORAL_CLI_PATH']);
    if (cli === null) throw new Error('no Temporal CLI');
    const [http = 0, temporal = 0, ui = 0] = await freePorts(3);
    const address = `127.0.0.1:${temporal}`;
    const began = performance.now();
    const server = launch(
      cli,
      [
        'server',
        'start-dev',
        '--port',
        String(temporal),
        '--ui-port',
        String(ui),
        '--db-filename',
        join(folder, 'temporal.db'),
        '--log-level',
        'warn',
      ],
      {},
    );
    await namespaceAt(address);
    const app = launchScript(fileURLToPath(new URL('./app.ts', import.meta.url)), {
      TEMPORAL_ADDRESS: address,
      PORT: String(http),
      WINDOW_MS: String(windowMs),
    });
    const url = `http://127.0.0.1:${http}`;
    await answering(url, app);
    return {
      messagesUrl: url,
      outboxUrl: url,
      headers: {},
      readyMs: performance.now() - began,
      processes: () => ({ server: [server.pid], worker: [app.pid] }),
      temporal: { address, workflowIdOf: (customer) => Promise.resolve(`conversation-${customer}`) },
      async stop() {
        await app.stop();
        await server.stop();
      },
    };
  },
};

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
