import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from '../../start/root.ts';
import type { Contender, RunningContender } from '../contender.ts';
import { answering, freePorts, launchScript, type Launched } from '../processes.ts';

const view = z.object({ workflowId: z.string() });

/** The whole product as `npm start` runs it: HTTP, store, claim, encryption, console and all. `root`: another checkout of it. */
export const zajel = (name = 'Zajel embedded', root = ROOT): Contender => ({
  name,
  missing: () => Promise.resolve(null),
  async start({ windowMs, folder }): Promise<RunningContender> {
    const [http = 0, temporal = 0, ui = 0] = await freePorts(3);
    const began = performance.now();
    const url = `http://127.0.0.1:${http}`;
    const open = async (): Promise<Launched> => {
      const started = launchScript(join(root, 'start', 'main.ts'), {
        ZAJEL_DATA: folder,
        PORT: String(http),
        TEMPORAL_PORT: String(temporal),
        TEMPORAL_UI_PORT: String(ui),
        WINDOW_MS: String(windowMs),
        WINDOW_MAX_MS: String(windowMs * 2),
        LOG_FORMAT: 'json',
        LOG_LEVEL: 'warn',
      });
      await answering(`${url}/readyz`, started);
      return started;
    };
    let process = await open();
    const readyMs = performance.now() - began;
    const headers = { 'x-api-key': readFileSync(join(folder, 'keys', 'admin-api-key'), 'utf8').trim() };
    const temporalPid = (): number => Number(readFileSync(join(folder, 'temporal', 'server.pid'), 'utf8'));
    return {
      messagesUrl: `${url}/api/simulator/demo/sim/messages`,
      outboxUrl: `${url}/api/simulator/demo/sim/outbox`,
      headers,
      readyMs,
      processes: () => ({ server: [temporalPid()], worker: [process.pid] }),
      temporal: {
        address: `127.0.0.1:${temporal}`,
        async workflowIdOf(customer) {
          const response = await fetch(`${url}/api/merchants/demo/conversations/simulator/${customer}`, {
            headers,
          });
          return view.parse(await response.json()).workflowId;
        },
      },
      // All of it is one process, with the embedded database inside; the Temporal server it left behind is replaced as well.
      async crash() {
        await process.kill();
        process = await open();
      },
      stop: () => process.stop(),
    };
  },
});
