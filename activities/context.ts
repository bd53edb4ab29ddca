import type { Logger } from 'pino';
import type { Answerer } from '../answers/answer.ts';
import type { Channel } from '../channels/channel.ts';
import type { FetchesMedia } from '../channels/media.ts';
import type { WindowDefaults } from '../domain/settings.ts';
import type { ChannelName } from '../domain/message.ts';
import type { Database } from '../store/database.ts';
import type { Seal } from '../store/sealed.ts';
import type { Sources } from '../sheets/sources.ts';
import type { OrderMail } from '../temporal/order-mail.ts';
import type { HeldLines } from './held-lines.ts';
import type { Measures } from './measures.ts';
import type { ModelEndpoint } from './model/endpoint.ts';
import type { Resilience } from './resilience/resilience.ts';

export interface Model {
  readonly name: string;
  readonly ask: ModelEndpoint;
}

/** What activities need of the house; tests hand in others of the same shape. */
export interface ActivityContext {
  readonly database: Database;
  readonly channels: ReadonlyMap<ChannelName, Channel & Partial<FetchesMedia<unknown>>>;
  readonly rules: Answerer;
  /** The model that merchants may have their customers answered by; null: none is configured, and the rules answer. */
  readonly model: Model | null;
  readonly seal: Seal;
  readonly windowDefaults: WindowDefaults;
  /** Where customers' files are kept; null: they are not fetched. */
  readonly mediaFolder: string | null;
  /** Keys the hash that stands for a customer. */
  readonly hashKey: Buffer;
  /** Tells an order's workflow that there is news in the store. */
  readonly orderMail: Pick<OrderMail, 'orderNews'>;
  readonly sources: Sources;
  /** Around every call to the world outside. */
  readonly resilience: Resilience;
  /** May merchants' webhooks go to this very machine? For development; else that would let them reach what only Zajel can. */
  readonly webhooksToLoopback: boolean;
  /** Lines with a connection of their own that this process holds. @default none */
  readonly heldLines?: HeldLines;
  readonly measures: Measures;
  readonly logger: Logger;
  /** The clock that decides; a time-skipping test hands in the test server's. */
  readonly now: () => number;
}
