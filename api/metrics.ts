import { Counter, Histogram, type Registry } from 'prom-client';

const made = new WeakMap<Registry, ApiMetrics>();

/** What comes in is counted together, whether over HTTP or through a line that a worker of this process holds. */
export function apiMetrics(registry: Registry): ApiMetrics {
  const metrics = made.get(registry) ?? registered(registry);
  made.set(registry, metrics);
  return metrics;
}

/** What the API counts. The worker registers its own in the same registry where both run in one process. */
function registered(registry: Registry) {
  const registers = [registry];
  return {
    http: new Histogram({
      name: 'zajel_http_request_duration_seconds',
      help: 'Time to answer a request, by route.',
      labelNames: ['method', 'route', 'status'],
      registers,
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5],
    }),
    messagesIn: new Counter({
      name: 'zajel_messages_in_total',
      help: 'Customers’ messages accepted; redelivered: known already.',
      labelNames: ['channel', 'outcome'],
      registers,
    }),
    accept: new Histogram({
      name: 'zajel_accept_duration_seconds',
      help: 'Time to store a customer’s message and signal its conversation.',
      labelNames: ['channel'],
      registers,
      buckets: [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2],
    }),
    refusedKeys: new Counter({
      name: 'zajel_refused_keys_total',
      help: 'Calls with a wrong key.',
      registers,
    }),
    refusedWebhooks: new Counter({
      name: 'zajel_refused_webhooks_total',
      help: 'Webhooks without the right signature or secret.',
      labelNames: ['channel'],
      registers,
    }),
    unmatched: new Counter({
      name: 'zajel_unmatched_updates_total',
      help: 'Updates for numbers and accounts that no line has.',
      labelNames: ['channel'],
      registers,
    }),
    badItems: new Counter({
      name: 'zajel_items_put_aside_total',
      help: 'Items of a webhook that could not be kept; they are in /api/bad-items with their reason.',
      labelNames: ['channel'],
      registers,
    }),
    malformed: new Counter({
      name: 'zajel_malformed_items_total',
      help: 'Items of a webhook that could not be understood.',
      labelNames: ['channel'],
      registers,
    }),
  };
}

export type ApiMetrics = ReturnType<typeof registered>;
