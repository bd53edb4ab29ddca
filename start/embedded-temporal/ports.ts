import { createServer } from 'node:net';

/** The wanted port, or the next free one above it that nobody else here has been promised. */
export async function freePort(host: string, wanted: number, taken: readonly number[]): Promise<number> {
  for (let port = wanted; port < wanted + 100 && port <= 65_535; port += 1) {
    if (!taken.includes(port) && (await isFree(host, port))) return port;
  }
  throw new Error(`no free port from ${wanted} to ${wanted + 99}`);
}

export function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(false));
    probe.listen(port, host, () => probe.close(() => done(true)));
  });
}
