import { parseArgs } from 'node:util';
import { startEvolutionDouble } from './double.ts';

/** `node tests/doubles/evolution/main.ts [--port 4011]`: the double by itself, until it is interrupted. */
const { values } = parseArgs({ options: { port: { type: 'string', default: '4011' } } });
const double = await startEvolutionDouble({ port: Number(values.port) });
process.stdout.write(
  `Evolution double on ${double.url} (the line's serverUrl)\n  control: ${double.url}/control/received\n`,
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void double.close());
