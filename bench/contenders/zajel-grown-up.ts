import { z } from 'zod';
import { Fleet } from '../../tests/support/grown-up/fleet.ts';
import { grownUpPlace } from '../../tests/support/grown-up/place.ts';
import { grownUpPrograms } from '../../tests/support/grown-up/programs.ts';
import type { Contender, RunningContender } from '../contender.ts';

const view = z.object({ workflowId: z.string() });
const say = (line: string): void => console.error(line);

/** The product as `docker-compose.yml` runs it: Temporal's server and the store on a PostgreSQL, an API, a worker. */
export const zajelGrownUp: Contender = {
  name: 'Zajel on PostgreSQL',
  async missing() {
    const programs = await grownUpPrograms(say);
    return typeof programs === 'string' ? programs : null;
  },
  async start({ windowMs }): Promise<RunningContender> {
    const programs = await grownUpPrograms(say);
    if (typeof programs === 'string') throw new Error(programs);
    const began = performance.now();
    const place = await grownUpPlace(programs);
    const temporal = await place.startTemporal();
    const fleet = await Fleet.start({
      apis: 1,
      workers: 1,
      temporal: { apis: temporal.address, workers: temporal.address },
      env: {
        DATABASE_URL: place.databaseUrl(),
        ZAJEL_DATA: place.folder,
        WINDOW_MS: String(windowMs),
        WINDOW_MAX_MS: String(windowMs * 2),
      },
    });
    // A worker's first sweep signals what it finds waiting; afterwards a message costs what it always costs.
    await Promise.all(fleet.workers.map((worker) => worker.atWork()));
    // The shop of the demo, which the first API makes, as in the embedded shape: the same catalogue, so the same answers.
    const line = `${fleet.urls[0] ?? ''}/api/simulator/demo/sim`;
    return {
      messagesUrl: `${line}/messages`,
      outboxUrl: `${line}/outbox`,
      headers: { 'x-api-key': fleet.adminKey },
      readyMs: performance.now() - began,
      processes: () => ({
        server: [temporal.pid(), ...place.postgres.pids()].filter((pid) => pid !== undefined),
        worker: [...fleet.apis, ...fleet.workers].map(({ process }) => process.pid),
      }),
      temporal: {
        address: temporal.address,
        async workflowIdOf(customer) {
          const path = `/api/merchants/demo/conversations/simulator/${customer}`;
          return view.parse(await fleet.ask('GET', path)).workflowId;
        },
      },
      // The API and what stands behind it live on.
      crash: async () => {
        for (const worker of fleet.workers) await worker.kill();
      },
      async stop() {
        await fleet.stop();
        await temporal.stop();
        await place.remove();
      },
    };
  },
};
