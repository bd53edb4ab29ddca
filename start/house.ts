import type { Client, Connection } from '@temporalio/client';
import type { Logger } from 'pino';
import type { PoolConfig } from 'pg';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { ActivityContext } from '../activities/context.ts';
import type { Answerer } from '../answers/answer.ts';
import { createRules } from '../answers/rules/rules.ts';
import type { Channel } from '../channels/channel.ts';
import { simulator } from '../channels/simulator/channel.ts';
import type { ChannelName } from '../domain/message.ts';
import type { WindowDefaults } from '../domain/settings.ts';
import { Database } from '../store/database.ts';
import { customerHashKey } from '../store/merchants.ts';
import { migrate } from '../store/migrate.ts';
import { Seal } from '../store/sealed.ts';
import { SimulatedNetwork } from '../store/simulated-network.ts';
import { connect, type TemporalAddress } from '../temporal/connection.ts';
import { ConversationMail } from '../temporal/conversation-mail.ts';
import { prometheusMeasures } from '../worker/metrics.ts';

export interface HouseOptions {
  readonly databaseConfig: PoolConfig;
  readonly temporal: TemporalAddress;
  readonly encryptionKeyHex: string;
  readonly oldKeysHex: readonly string[];
  readonly windowDefaults: WindowDefaults;
  readonly maxRetries: number;
  readonly logger: Logger;
  /** @default the rules */
  readonly answers?: Answerer;
  /** The clock that sends are decided by. @default this machine's */
  readonly now?: () => number;
  /** How long a call to Temporal may take. @default 1.5 s: a webhook gets its 503 within 2 s */
  readonly temporalTimeoutMs?: number;
}

/** What the API and the worker both stand on. */
export interface House {
  readonly database: Database;
  readonly hashKey: Buffer;
  readonly seal: Seal;
  readonly connection: Connection;
  readonly client: Client;
  readonly mail: ConversationMail;
  readonly channels: ReadonlyMap<ChannelName, Channel>;
  readonly context: ActivityContext;
  readonly registry: Registry;
  close(): Promise<void>;
}

/** Opens store and Temporal, migrates, and builds what every process needs. */
export async function openHouse(options: HouseOptions): Promise<House> {
  const { logger, windowDefaults } = options;
  const database = new Database({
    ...options.databaseConfig,
    onIdleError: (error) => logger.warn({ event: 'database connection lost', err: error }),
  });
  const applied = await migrate(database);
  if (applied.length > 0) logger.info({ event: 'database migrated', applied });
  const hashKey = await database.system(customerHashKey);

  const seal = new Seal(
    Buffer.from(options.encryptionKeyHex, 'hex'),
    options.oldKeysHex.map((key) => Buffer.from(key, 'hex')),
  );
  const { connection, client } = await connect(options.temporal, seal);

  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const channels = new Map<ChannelName, Channel>([
    ['simulator', simulator(new SimulatedNetwork(database)) as Channel],
  ]);
  const context: ActivityContext = {
    database,
    channels,
    rules: options.answers ?? createRules(),
    seal,
    windowDefaults,
    measures: prometheusMeasures(registry),
    logger,
    now: options.now ?? Date.now,
  };
  return {
    database,
    hashKey,
    seal,
    connection,
    client,
    mail: new ConversationMail(client, options.temporalTimeoutMs),
    channels,
    context,
    registry,
    async close() {
      await connection.close();
      await database.close();
    },
  };
}
