import type { ApiDeps } from './deps.ts';
import { Directory } from './directory.ts';
import { EventFeed } from './event-feed.ts';
import { KeyRing } from './key-ring.ts';
import { apiMetrics, type ApiMetrics } from './metrics.ts';
import { receiver, type Receive } from './inbound.ts';
import { PostReader } from './post-reader.ts';
import { takeItems } from './take-items.ts';
import { Tickets } from './tickets.ts';

/** What the routes share, beside what the API was handed. */
export interface House extends ApiDeps {
  readonly keys: KeyRing;
  readonly directory: Directory;
  readonly feed: EventFeed;
  readonly tickets: Tickets;
  readonly metrics: ApiMetrics;
  readonly receive: Receive;
  readonly posts: PostReader;
}

export function houseOf(deps: ApiDeps): House {
  const metrics = apiMetrics(deps.registry);
  const house: House = {
    ...deps,
    metrics,
    keys: new KeyRing(deps.database, deps.adminKeyHash),
    directory: new Directory(deps.database),
    feed: new EventFeed(deps.database, deps.logger),
    tickets: new Tickets(deps.seal),
    receive: receiver(deps, metrics),
    posts: new PostReader({ ...deps, take: (line, items) => takeItems(house, line, items) }),
  };
  return house;
}
