import type { Logger } from 'pino';
import type { Answerer } from '../answers/answer.ts';
import type { Channel } from '../channels/channel.ts';
import type { WindowDefaults } from '../domain/settings.ts';
import type { ChannelName } from '../domain/message.ts';
import type { Database } from '../store/database.ts';
import type { Seal } from '../store/sealed.ts';
import type { Measures } from './measures.ts';

/** What activities need of the house; tests hand in others of the same shape. */
export interface ActivityContext {
  readonly database: Database;
  readonly channels: ReadonlyMap<ChannelName, Channel>;
  readonly rules: Answerer;
  readonly seal: Seal;
  readonly windowDefaults: WindowDefaults;
  readonly measures: Measures;
  readonly logger: Logger;
  /** The clock that decides; a time-skipping test hands in the test server's. */
  readonly now: () => number;
}
