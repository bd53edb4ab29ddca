import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import pg from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { createApi, listen, type ApiDeps, type Listening } from '../../api/server.ts';
import type { Channel } from '../../channels/channel.ts';
import { simulator } from '../../channels/simulator/channel.ts';
import type { ChannelName } from '../../domain/message.ts';
import { WINDOW_DEFAULTS } from '../../domain/settings.ts';
import { startEmbeddedDatabase } from '../../start/database/embedded.ts';
import { hashKey } from '../../store/api-keys.ts';
import { Database } from '../../store/database.ts';
import { customerHashKey } from '../../store/merchants.ts';
import { migrate } from '../../store/migrate.ts';
import { Seal } from '../../store/sealed.ts';
import { SimulatedNetwork } from '../../store/simulated-network.ts';
import { EncryptionCodec } from '../../temporal/codec.ts';
import { dataConverterOf } from '../../temporal/connection.ts';
import { ConversationMail } from '../../temporal/conversation-mail.ts';
import { OrderMail } from '../../temporal/order-mail.ts';
import { Sources } from '../../sheets/sources.ts';
import { started } from '../support/started.ts';
import { PATIENT } from '../support/temporary-database.ts';
import { LineMail } from '../../temporal/line-mail.ts';
import { registerSearchAttributes } from '../../temporal/search-attributes.ts';

const jsonObject = z.record(z.string(), z.unknown());

export const ADMIN_KEY = `admin-${randomBytes(24).toString('base64url')}`;
export const CODEC_TOKEN = randomBytes(24).toString('base64url');
export const UI_ORIGIN = 'http://127.0.0.1:8233';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON body, loosely: tests say what they expect of it. */
  readonly body: Record<string, unknown>;
}

export interface Ask {
  readonly key?: string | null;
  readonly body?: unknown;
  readonly raw?: string;
  readonly headers?: Record<string, string>;
}

export interface ApiUnderTest {
  readonly url: string;
  readonly database: Database;
  readonly client: Client;
  readonly seal: Seal;
  /** Everything that was logged, as it would lie in a file. */
  readonly log: () => string;
  /** Rows of any table, as the owner sees them. */
  readonly rows: (sql: string) => Promise<Record<string, unknown>[]>;
  ask(method: string, path: string, ask?: Ask): Promise<Answer>;
  stop(): Promise<void>;
}

/** The API on a real embedded database and, unless it is told to stand in the void, a real Temporal server. */
export async function startApi(
  options: {
    temporal?: 'server' | 'nowhere';
    channels?: readonly Channel[];
    consoleAssets?: ApiDeps['consoleAssets'];
  } = {},
): Promise<ApiUnderTest> {
  const dataDir = mkdtempSync(join(tmpdir(), 'zajel-api-'));
  const embedded = await startEmbeddedDatabase({ dataDir });
  // Whoever looks waits for as long as a busy machine needs.
  const database = new Database({ ...embedded.connection, ...PATIENT });
  await migrate(database);
  const seal = new Seal(randomBytes(32));
  const environment = options.temporal === 'nowhere' ? null : await temporalServer(seal);
  const client = environment?.client ?? (await clientToNowhere(seal));
  if (environment !== null) await registerSearchAttributes(environment.connection, 'default');

  const lines: string[] = [];
  const network = new SimulatedNetwork(database);
  const channels = new Map<ChannelName, Channel>(
    [simulator(network), ...(options.channels ?? [])].map((channel) => [channel.name, channel]),
  );
  const deps: ApiDeps = {
    database,
    seal,
    channels,
    mail: new ConversationMail(client),
    orderMail: new OrderMail(client, 3),
    sources: new Sources({ folder: join(dataDir, 'sheets') }),
    lineMail: new LineMail(client),
    temporalAnswers: async () => {
      await client.withDeadline(Date.now() + 1_000, () => client.workflowService.getSystemInfo({}));
    },
    codec: new EncryptionCodec(seal),
    codecToken: CODEC_TOKEN,
    adminKeyHash: hashKey(ADMIN_KEY),
    hashKey: await database.system(customerHashKey),
    settings: {
      host: '127.0.0.1',
      publicUrl: 'https://zajel.example',
      temporalUiOrigins: [UI_ORIGIN],
      temporalUi: { url: UI_ORIGIN, namespace: 'default' },
      windowDefaults: WINDOW_DEFAULTS,
      maxRetries: 3,
    },
    logger: pino({ level: 'debug' }, { write: (line) => void lines.push(line) }),
    registry: new Registry(),
    ...(options.consoleAssets === undefined ? {} : { consoleAssets: options.consoleAssets }),
  };
  const listening: Listening = await listen(createApi(deps), '127.0.0.1', 0);
  const owner = new pg.Pool({ ...embedded.connection, max: 1 });

  return {
    url: listening.url,
    database,
    client,
    seal,
    log: () => lines.join(''),
    async rows(sql) {
      return (await owner.query<Record<string, unknown>>(sql)).rows;
    },
    ask: (method, path, ask = {}) => askOf(listening.url, method, path, ask),
    async stop() {
      await listening.close();
      await owner.end();
      await database.close();
      await environment?.teardown();
      await embedded.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function temporalServer(seal: Seal): Promise<TestWorkflowEnvironment> {
  const path = process.env['TEMPORAL_CLI_PATH'];
  return started(() =>
    TestWorkflowEnvironment.createLocal({
      server: {
        ...(path !== undefined && existsSync(path) ? { executable: { type: 'existing-path', path } } : {}),
        log: { format: 'json', level: 'error' },
      },
      client: { dataConverter: dataConverterOf(seal) },
    }),
  );
}

/** A client whose server is down: the port is one that nobody listens on. */
async function clientToNowhere(seal: Seal): Promise<Client> {
  const connection = Connection.lazy({ address: '127.0.0.1:1' });
  return Promise.resolve(new Client({ connection, dataConverter: dataConverterOf(seal) }));
}

async function askOf(
  url: string,
  method: string,
  path: string,
  { key = ADMIN_KEY, body, raw, headers = {} }: Ask,
): Promise<Answer> {
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(key === null ? {} : { 'X-Api-Key': key }),
      ...(sent === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text.startsWith('{') ? jsonObject.parse(JSON.parse(text)) : {},
  };
}

/** What a busy house refuses for now (503) is asked again. */
export async function brought(ask: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await ask();
    if (answer.status !== 503 || tries === 20) return answer;
    await pause(200);
  }
}

/** A merchant with a simulator line `sim`. */
export async function merchantWithLine(api: ApiUnderTest, id: string): Promise<void> {
  await api.ask('POST', '/api/merchants', {
    body: {
      id,
      name: `Shop ${id}`,
      country: 'IQ',
      timezone: 'Asia/Baghdad',
      language: 'ar',
      currency: 'IQD',
    },
  });
  await api.ask('POST', `/api/merchants/${id}/lines`, { body: { id: 'sim', channel: 'simulator' } });
}
