import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Channel } from '../channels/channel.ts';
import type { ChannelName } from '../domain/message.ts';
import type { WindowDefaults } from '../domain/settings.ts';
import type { Database } from '../store/database.ts';
import type { Seal } from '../store/sealed.ts';
import type { EncryptionCodec } from '../temporal/codec.ts';
import type { ConversationMail } from '../temporal/conversation-mail.ts';
import type { OrderMail } from '../temporal/order-mail.ts';
import type { Sources } from '../sheets/sources.ts';
import type { LineMail } from '../temporal/line-mail.ts';

export type Assets = ReadonlyMap<string, { readonly body: Buffer | string; readonly type: string }>;

/** All that the API stands on; whoever starts it hands it in. */
export interface ApiDeps {
  readonly database: Database;
  readonly mail: ConversationMail;
  readonly orderMail: Pick<OrderMail, 'orderNews' | 'pollNow'>;
  /** Where sheets are read for a preview. */
  readonly sources: Sources;
  readonly lineMail: LineMail;
  /** Resolves when Temporal answers. */
  readonly temporalAnswers: () => Promise<void>;
  readonly seal: Seal;
  readonly codec: EncryptionCodec;
  /** Opens `/codec/<token>/…` to the Temporal UI of this start; null: by the admin key only. */
  readonly codecToken: string | null;
  /** `sha256` of the admin key. */
  readonly adminKeyHash: Buffer;
  /** Keys the hash of customers in workflow ids. */
  readonly hashKey: Buffer;
  /** The channels that this installation has an adapter for, loosely typed: the API never sends. */
  readonly channels: ReadonlyMap<
    ChannelName,
    Pick<Channel, 'name' | 'platform' | 'capabilities' | 'parse' | 'probe' | 'classify'>
  >;
  /** Where customers' files are kept. @default nowhere */
  readonly mediaFolder?: string | null;
  /** Where the logins of linked phones are, on a machine that has them. @default nowhere */
  readonly sessionsFolder?: string | null;
  readonly settings: ApiSettings;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly consoleAssets?: () => Promise<Assets>;
}

export interface ApiSettings {
  /** The address that the server is bound to: on loopback the Host header is checked. */
  readonly host: string;
  readonly publicUrl?: string;
  /** Where the Temporal UI lives (`http://127.0.0.1:8233`): the only origins that may call the codec from a browser. */
  readonly temporalUiOrigins?: readonly string[];
  /** The Temporal UI that people open, and the namespace that is shown there. @default none */
  readonly temporalUi?: { readonly url: string; readonly namespace: string };
  /** What health looks back over. @default the last minute */
  readonly networkWindowMs?: number;
  /** Whether there is a language model to ask. @default false */
  readonly modelConfigured?: boolean;
  readonly windowDefaults: WindowDefaults;
  readonly maxRetries: number;
}
