import type { Channel } from '../channels/channel.ts';
import { evolution } from '../channels/evolution/channel.ts';
import { instagram } from '../channels/instagram/channel.ts';
import type { FetchesMedia } from '../channels/media.ts';
import { simulator } from '../channels/simulator/channel.ts';
import { whatsappCloud } from '../channels/whatsapp-cloud/channel.ts';
import type { ChannelName } from '../domain/message.ts';
import type { Database } from '../store/database.ts';
import { SimulatedNetwork } from '../store/simulated-network.ts';

/** Where the providers are. */
export interface ProviderAddresses {
  readonly graphApiUrl: string;
  readonly instagramApiUrl: string;
}

/**
 * The channels by name. Each checks with its own schema what it is handed as the line's account, which is why one
 * map can hold all of them.
 */
export function channelsOf(
  database: Database,
  providers: ProviderAddresses | undefined,
): ReadonlyMap<ChannelName, Channel & Partial<FetchesMedia<unknown>>> {
  const all: readonly (Channel & Partial<FetchesMedia<unknown>>)[] = [
    simulator(new SimulatedNetwork(database)),
    evolution(),
    ...(providers === undefined ? [] : [whatsappCloud(providers), instagram(providers)]),
  ];
  return new Map(all.map((channel) => [channel.name, channel]));
}
