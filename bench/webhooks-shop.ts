import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sign } from '../channels/meta/signature.ts';
import { temporalCli } from '../start/embedded-temporal/cli.ts';
import { ROOT } from '../start/root.ts';
import { startGraphDouble, type GraphDouble } from '../tests/doubles/graph-api/double.ts';
import { metaBytes } from '../tests/doubles/graph-api/wire.ts';
import { answering, freePorts, launchScript, type Launched } from './processes.ts';

export const APP_SECRET = 'app-secret-of-the-bench';
/** The one that is measured, and another merchant's. */
export const NUMBER = '106540352242922';
export const NEIGHBOUR = '106540352242923';
const MERCHANT_OF: Readonly<Record<string, string>> = { [NUMBER]: 'busy', [NEIGHBOUR]: 'neighbour' };

/** Zajel as `npm start` runs it, with a Cloud API number for each of two merchants and the provider's double beside it. */
export interface Stage {
  readonly zajel: Launched;
  readonly graph: GraphDouble;
  /** Where the provider posts. */
  readonly url: string;
  close(): Promise<void>;
}

export async function openStage(windowMs: number): Promise<Stage> {
  await temporalCli(process.env['TEMPORAL_CLI_PATH'], (line) => console.error(line));
  const folder = mkdtempSync(join(tmpdir(), 'zajel-bench-'));
  const graph = await startGraphDouble();
  const [http = 0, temporal = 0, ui = 0] = await freePorts(3);
  const zajel = launchScript(join(ROOT, 'start', 'main.ts'), {
    ZAJEL_DATA: folder,
    PORT: String(http),
    TEMPORAL_PORT: String(temporal),
    TEMPORAL_UI_PORT: String(ui),
    WINDOW_MS: String(windowMs),
    WINDOW_MAX_MS: String(windowMs * 2),
    GRAPH_API_URL: `${graph.url}/v23.0`,
    LOG_FORMAT: 'json',
    LOG_LEVEL: 'warn',
  });
  const close = async (): Promise<void> => {
    await zajel.stop();
    await graph.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const address = `http://127.0.0.1:${http}`;
    await answering(`${address}/readyz`, zajel);
    await connect(address, readFileSync(join(folder, 'keys', 'admin-api-key'), 'utf8').trim());
    return { zajel, graph, url: `${address}/webhooks/meta/bench`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function connect(url: string, key: string): Promise<void> {
  const create = async (path: string, body: unknown): Promise<void> => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  };
  await create('/api/meta-apps', { id: 'bench', appSecret: APP_SECRET, verifyToken: 'bench' });
  for (const [phoneNumberId, id] of Object.entries(MERCHANT_OF)) {
    await create('/api/merchants', { id, name: 'متجر', country: 'IQ', timezone: 'Asia/Baghdad' });
    await create(`/api/merchants/${id}/lines`, {
      id: 'wa',
      channel: 'whatsapp-cloud',
      phoneNumberId,
      accessToken: `token-${id}`,
      app: 'bench',
    });
  }
}

/** One post of the provider's, signed; its status, and how long it took. */
export async function post(
  url: string,
  bytes: Buffer,
): Promise<{ readonly status: number; readonly tookMs: number }> {
  const began = performance.now();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': sign(bytes, APP_SECRET) },
    body: new Uint8Array(bytes),
  });
  await response.arrayBuffer();
  return { status: response.status, tookMs: performance.now() - began };
}

export const postOf = (news: Readonly<Record<string, unknown>>, number = NUMBER): Buffer =>
  metaBytes({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: 'waba',
        changes: [{ field: 'messages', value: { metadata: { phone_number_id: number }, ...news } }],
      },
    ],
  });

export const message = (from: string, id: string): Record<string, unknown> => ({
  from,
  id: `wamid.bench.${id}`,
  timestamp: String(Math.floor(Date.now() / 1_000)),
  type: 'text',
  text: { body: 'السلام عليكم' },
});
