import type { Client, Connection } from '@temporalio/client';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { ActivityContext } from '../activities/context.ts';
import type { Answerer } from '../answers/answer.ts';
import { createRules } from '../answers/rules/rules.ts';
import type { Channel } from '../channels/channel.ts';
import type { ChannelName } from '../domain/message.ts';
import type { WindowDefaults } from '../domain/settings.ts';
import { Database, type DatabaseOptions } from '../store/database.ts';
import { customerHashKey } from '../store/merchants.ts';
import { migrate } from '../store/migrate.ts';
import { Seal } from '../store/sealed.ts';
import { connect, type TemporalAddress } from '../temporal/connection.ts';
import { ConversationMail } from '../temporal/conversation-mail.ts';
import { LineMail } from '../temporal/line-mail.ts';
import { OrderMail } from '../temporal/order-mail.ts';
import { Sources, type SourcesOptions } from '../sheets/sources.ts';
import { createModelEndpoint, type ModelAddress } from '../activities/model/endpoint.ts';
import { activityClock } from '../activities/clock.ts';
import { HeldLines } from '../activities/held-lines.ts';
import { NetworkLog } from '../activities/resilience/network-log.ts';
import { BREAKER_RULES, type BreakerRules } from '../activities/resilience/breaker.ts';
import { Resilience } from '../activities/resilience/resilience.ts';
import { prometheusMeasures } from '../worker/metrics.ts';
import { channelsOf, type ProviderAddresses } from './channels.ts';

export interface HouseOptions {
  readonly databaseConfig: DatabaseOptions;
  readonly temporal: TemporalAddress;
  readonly encryptionKeyHex: string;
  readonly oldKeysHex: readonly string[];
  readonly windowDefaults: WindowDefaults;
  readonly maxRetries: number;
  /** Where sheets are. @default the data folder's own place, at Google its own */
  readonly sheets?: SourcesOptions;
  /** Where Meta is. @default none: no WhatsApp Cloud API and no Instagram */
  readonly providers?: ProviderAddresses;
  /** Where customers' files are kept. @default nowhere: they are not fetched */
  readonly mediaFolder?: string;
  readonly logger: Logger;
  /** @default the rules */
  readonly answers?: Answerer;
  /** @default none: the rules answer, whatever a merchant has chosen */
  readonly model?: ModelAddress | null;
  /** The clock that sends are decided by. @default this machine's */
  readonly now?: () => number;
  /** @default false */
  readonly webhooksToLoopback?: boolean;
  /** When a destination is left alone. @default 10 failures in a row, 60 s, 3 trials */
  readonly breakers?: BreakerRules;
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
  readonly lineMail: LineMail;
  readonly orderMail: OrderMail;
  readonly sources: Sources;
  readonly channels: ReadonlyMap<ChannelName, Channel>;
  readonly context: ActivityContext;
  readonly registry: Registry;
  readonly networkLog: NetworkLog;
  close(): Promise<void>;
}

/** Connections to the store, which are replaced when they break. */
export const openPool = (config: DatabaseOptions, logger: Logger): Database =>
  new Database({
    ...config,
    onIdleError: (error) => logger.warn({ event: 'database connection lost', err: error }),
  });

/** Opens store and Temporal, migrates, and builds what every process needs. */
export async function openHouse(options: HouseOptions): Promise<House> {
  const { logger, windowDefaults } = options;
  const database = openPool(options.databaseConfig, logger);
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
  const channels = channelsOf(database, options.providers);
  const orderMail = new OrderMail(client, options.maxRetries, options.temporalTimeoutMs);
  const sources = new Sources(options.sheets ?? { folder: 'data/sheets' });
  const now = activityClock(options.now ?? Date.now);
  const resilience = new Resilience(options.breakers ?? BREAKER_RULES, now);
  const networkLog = new NetworkLog({ database, resilience, logger });
  const context: ActivityContext = {
    resilience,
    database,
    hashKey,
    orderMail,
    sources,
    channels,
    rules: options.answers ?? createRules(),
    model:
      options.model == null ? null : { name: options.model.model, ask: createModelEndpoint(options.model) },
    seal,
    windowDefaults,
    mediaFolder: options.mediaFolder ?? null,
    webhooksToLoopback: options.webhooksToLoopback ?? false,
    heldLines: new HeldLines(),
    measures: prometheusMeasures(registry),
    logger,
    now,
  };
  return {
    database,
    hashKey,
    seal,
    connection,
    client,
    mail: new ConversationMail(client, options.temporalTimeoutMs),
    lineMail: new LineMail(client),
    orderMail,
    sources,
    channels,
    context,
    registry,
    networkLog,
    async close() {
      await networkLog.stop();
      await connection.close();
      await database.close();
    },
  };
}
