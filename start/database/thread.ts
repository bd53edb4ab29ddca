import { chmodSync, rmSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { serialiseError } from '../../domain/errors.ts';
import { openEngine } from './engine.ts';
import { counted, requestCount } from './statement-watch.ts';
import { threadData, type ThreadNews } from './thread-messages.ts';
import { upkeep } from './upkeep.ts';
import { wireServer } from './wire-server.ts';

/** The database's own thread: PostgreSQL's calls block, and here they block nobody but its clients. */
const { folder, socketPath, password, port, requests } = threadData.parse(workerData);
const tell = (news: ThreadNews) => parentPort?.postMessage(news);

function broken(error: unknown): never {
  tell({ news: 'broken', error: serialiseError(error) });
  // Whatever the engine still has in memory is worthless; the log on the disk is what counts.
  process.exit(1);
}

try {
  const engine = await openEngine(folder);
  const wire = await wireServer(counted(engine, requestCount(requests)), password, broken);
  const stopUpkeep = upkeep(engine, wire.turnstile);
  if (socketPath !== null) rmSync(socketPath, { force: true });
  wire.server.on('error', broken);
  wire.server.listen(
    socketPath === null ? { host: '127.0.0.1', port: port ?? 0 } : { path: socketPath },
    () => {
      if (socketPath !== null) chmodSync(socketPath, 0o600);
      const address = wire.server.address();
      tell({ news: 'ready', port: typeof address === 'object' && address !== null ? address.port : 0 });
    },
  );
  parentPort?.once('message', () => {
    stopUpkeep();
    void wire
      .close()
      .then(() => engine.close())
      .then(() => {
        tell({ news: 'closed' });
        parentPort?.close();
      }, broken);
  });
} catch (error) {
  broken(error);
}
