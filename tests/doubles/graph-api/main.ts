import { parseArgs } from 'node:util';
import { startGraphDouble } from './double.ts';

/** `node tests/doubles/graph-api/main.ts [--port 4010]`: the double by itself, until it is interrupted. */
const { values } = parseArgs({ options: { port: { type: 'string', default: '4010' } } });
const double = await startGraphDouble({ port: Number(values.port) });
process.stdout.write(
  `Graph API double on ${double.url}\n  GRAPH_API_URL=${double.url}/v23.0 INSTAGRAM_API_URL=${double.url}/v23.0\n  control: ${double.url}/control/received\n`,
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void double.close());
