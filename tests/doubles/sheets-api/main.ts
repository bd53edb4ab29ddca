import { parseArgs } from 'node:util';
import { startSheetsDouble } from './double.ts';

/** `node tests/doubles/sheets-api/main.ts [--port 4012]`: the double by itself, until it is interrupted. */
const { values } = parseArgs({ options: { port: { type: 'string', default: '4012' } } });
const double = await startSheetsDouble({ port: Number(values.port) });
process.stdout.write(
  `Sheets double on ${double.url} (SHEETS_API_URL)\n  a service account's key: ${double.url}/control/credentials\n`,
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void double.close());
