import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { pino } from 'pino';
import { z } from 'zod';
import { createApi, listen, type Listening } from '../../api/server.ts';
import { sign } from '../../channels/meta/signature.ts';
import { openHouse, type House } from '../../start/house.ts';
import { hashKey } from '../../store/api-keys.ts';
import { EncryptionCodec } from '../../temporal/codec.ts';
import { registerSearchAttributes } from '../../temporal/search-attributes.ts';
import { startWorker, type RunningWorker } from '../../worker/worker.ts';
import { startEvolutionDouble, type EvolutionDouble } from '../doubles/evolution/double.ts';
import { startGraphDouble, type GraphDouble } from '../doubles/graph-api/double.ts';
import { Echo } from '../support/echo.ts';
import { openPlace, type Place, type StartedTemporal } from '../support/place.ts';
import { sharedBundle } from '../support/workflow-bundle.ts';

export const APP_SECRET = 'app-secret-of-the-shop';
export const VERIFY_TOKEN = 'a-word-of-ours';
export const EVOLUTION_SECRET = 'the-secret-of-the-line';
const ADMIN_KEY = 'admin-key-of-the-test';
const WINDOW = { ms: 300, graceMs: 100, maxMs: 1_000 };

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** Everything of ours real and in this process; at the other end of the wire the providers' doubles. */
export class ChannelsRig {
  readonly house: House;
  readonly graph: GraphDouble;
  readonly evolution: EvolutionDouble;
  readonly echo: Echo;
  readonly logged: readonly string[];
  readonly #api: Listening;
  readonly #worker: RunningWorker;
  #server: StartedTemporal;
  readonly #place: Place;

  private constructor(parts: {
    house: House;
    graph: GraphDouble;
    evolution: EvolutionDouble;
    echo: Echo;
    logged: readonly string[];
    api: Listening;
    worker: RunningWorker;
    server: StartedTemporal;
    place: Place;
  }) {
    this.house = parts.house;
    this.graph = parts.graph;
    this.evolution = parts.evolution;
    this.echo = parts.echo;
    this.logged = parts.logged;
    this.#api = parts.api;
    this.#worker = parts.worker;
    this.#server = parts.server;
    this.#place = parts.place;
  }

  static async open(): Promise<ChannelsRig> {
    Runtime.install({
      logger: new DefaultLogger('ERROR'),
      telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
    });
    const [place, graph, evolution] = await Promise.all([
      openPlace(),
      startGraphDouble(),
      startEvolutionDouble({ apiKey: 'evolution-key' }),
    ]);
    const server = await place.startTemporal();
    const temporal = { address: server.address, namespace: 'default' };
    const logged: string[] = [];
    complaints = logged;
    const logger = pino(
      { level: 'debug' },
      {
        write: (line) => void logged.push(line),
      },
    );
    const echo = new Echo();
    const house = await openHouse({
      databaseConfig: place.connection,
      temporal,
      encryptionKeyHex: '07'.repeat(32),
      oldKeysHex: [],
      windowDefaults: WINDOW,
      maxRetries: 2,
      providers: { graphApiUrl: `${graph.url}/v23.0`, instagramApiUrl: `${graph.url}/v23.0` },
      mediaFolder: join(place.folder, 'media'),
      sheets: { folder: join(place.folder, 'sheets') },
      logger,
      answers: echo,
      webhooksToLoopback: true,
    });
    await registerSearchAttributes(house.connection, 'default');
    const worker = await startWorker({
      temporal,
      seal: house.seal,
      context: house.context,
      bundle: await sharedBundle(),
    });
    const api = await listen(
      createApi({
        database: house.database,
        mail: house.mail,
        lineMail: house.lineMail,
        orderMail: house.orderMail,
        sources: house.sources,
        temporalAnswers: async () => {
          await house.connection.workflowService.getSystemInfo({});
        },
        seal: house.seal,
        codec: new EncryptionCodec(house.seal),
        codecToken: null,
        adminKeyHash: hashKey(ADMIN_KEY),
        hashKey: house.hashKey,
        channels: house.channels,
        mediaFolder: house.context.mediaFolder,
        settings: { host: '127.0.0.1', windowDefaults: WINDOW, maxRetries: 2 },
        logger,
        registry: house.registry,
      }),
      '127.0.0.1',
      0,
    );
    const rig = new ChannelsRig({
      house,
      graph,
      evolution,
      echo,
      logged,
      api,
      worker,
      server,
      place,
    });
    await rig.ask('POST', '/api/meta-apps', {
      id: 'shop-app',
      appSecret: APP_SECRET,
      verifyToken: VERIFY_TOKEN,
    });
    graph.callback({ url: `${api.url}/webhooks/meta/shop-app`, appSecret: APP_SECRET, echoes: false });
    return rig;
  }

  get url(): string {
    return this.#api.url;
  }

  /** Where the merchants' order files are. */
  get sheets(): string {
    return join(this.#place.folder, 'sheets');
  }

  async ask(method: string, path: string, body?: unknown, key: string | null = ADMIN_KEY): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: { 'content-type': 'application/json', ...(key === null ? {} : { 'x-api-key': key }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      text,
      body: text.startsWith('{') ? z.record(z.string(), z.unknown()).parse(JSON.parse(text)) : {},
    };
  }

  /** A merchant of its own for a test, so that none sees another's. */
  async merchant(): Promise<string> {
    const id = `shop-${randomUUID().slice(0, 8)}`;
    await this.ok('POST', '/api/merchants', { id, name: 'متجر', country: 'IQ', timezone: 'Asia/Baghdad' });
    return id;
  }

  async ok(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const asked = (): Promise<Answer> => this.ask(method, path, body);
    const answer = method === 'GET' ? await until(asked, ({ status }) => status !== 503) : await asked();
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return answer.body;
  }

  /** A line whose account nobody else has; the account comes back. */
  async line(merchant: string, channel: 'whatsapp-cloud' | 'instagram' | 'evolution'): Promise<string> {
    const account =
      channel === 'evolution'
        ? `matjar-${randomUUID().slice(0, 8)}`
        : String(Math.floor(1e14 + Math.random() * 9e14));
    const fields = {
      'whatsapp-cloud': { phoneNumberId: account, accessToken: `token-${account}`, app: 'shop-app' },
      instagram: { accountId: account, accessToken: `token-${account}`, app: 'shop-app' },
      evolution: {
        serverUrl: this.evolution.url,
        instance: account,
        apiKey: 'evolution-key',
        secret: EVOLUTION_SECRET,
      },
    }[channel];
    await this.ok('POST', `/api/merchants/${merchant}/lines`, { id: channel, channel, ...fields });
    return account;
  }

  /** A post of Meta's with a right signature, unless another is given. */
  async post(
    body: unknown,
    { signature, app = 'shop-app' }: { signature?: string | null; app?: string } = {},
  ): Promise<Answer> {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const header = signature === undefined ? sign(bytes, APP_SECRET) : signature;
    const response = await fetch(`${this.url}/webhooks/meta/${app}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(header === null ? {} : { 'x-hub-signature-256': header }),
      },
      body: new Uint8Array(bytes),
    });
    return { status: response.status, text: await response.text(), body: {} };
  }

  /** As a provider does: what is refused for now is brought again. */
  bring(body: unknown, options: { app?: string; signature?: string } = {}): Promise<Answer> {
    return until(
      () => this.post(body, options),
      ({ status }) => status !== 503,
    );
  }

  async conversation(merchant: string, platform: string, customer: string) {
    return conversation.parse(
      await this.ok(
        'GET',
        `/api/merchants/${merchant}/conversations/${platform}/${encodeURIComponent(customer)}`,
      ),
    );
  }

  async rows(sql: string, values: readonly string[] = []): Promise<Record<string, unknown>[]> {
    return this.house.database.owner(async (tx) => {
      await tx.query('set local role zajel_system');
      return tx.query<Record<string, unknown>>(sql, values);
    });
  }

  async close(): Promise<void> {
    await this.#api.close();
    await this.#worker.stop();
    await this.house.close();
    await this.#server.stop();
    await this.graph.close();
    await this.evolution.close();
    await this.#place.remove();
    rmSync(this.#place.folder, { recursive: true, force: true });
  }

  /** Temporal alone, as it dies: nothing else of the house notices by itself. */
  stopTemporal(): Promise<void> {
    return this.#server.stop();
  }

  /** Where it was before, with what it knew. */
  async temporalReturns(): Promise<void> {
    this.#server = await this.#place.startTemporal({
      port: Number(new URL(`tcp://${this.#server.address}`).port),
    });
  }
}

export const conversation = z.object({
  conversation: z.string(),
  inCharge: z.string(),
  needsHuman: z.string().nullable(),
  optedOut: z.boolean(),
  serviceWindowEndsAt: z.string().nullable(),
  waiting: z.object({ reason: z.string(), until: z.string().nullable() }).nullable(),
  customer: z.string(),
  messages: z.array(
    z.object({
      id: z.string(),
      key: z.string(),
      direction: z.string(),
      by: z.string(),
      text: z.string(),
      status: z.string(),
      reason: z.string().optional(),
      media: z.unknown().optional(),
    }),
  ),
});

/** What our own side had to say of trouble; shown when a wait is given up. */
let complaints: readonly string[] = [];
const isComplaint = (line: string): boolean => /"level":[456]0/.test(line);

/** Waits for what a real clock brings; given up shortly before the test's own time limit, it says what it saw last. */
export async function until<T>(
  look: () => Promise<T> | T,
  isThere: (seen: T) => boolean = Boolean,
): Promise<T> {
  const deadline = Date.now() + GIVEN_UP_AFTER_MS;
  for (;;) {
    const seen = await look();
    if (isThere(seen)) return seen;
    if (Date.now() > deadline)
      throw new Error(
        `not within ${GIVEN_UP_AFTER_MS} ms; seen last: ${JSON.stringify(seen, null, 1)}; logged: ${complaints.filter(isComplaint).slice(-20).join('')}`,
      );
    await pause(40);
  }
}
const GIVEN_UP_AFTER_MS = 150_000;
