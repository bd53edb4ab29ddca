import { addCounts, NO_CALLS, type CallCounts, type Destination } from '../domain/destination.ts';
import {
  errorRateOf,
  healthOfBreaker,
  healthOfCalls,
  mostOpen,
  successRateOf,
  worst,
  type Health,
} from '../domain/network-health.ts';
import { PLATFORM_OF, type Platform } from '../domain/message.ts';
import type { ConfiguredLine } from '../store/configuration.ts';
import type { DestinationReport } from '../store/network.ts';
import { adviceOn } from './health-advice.ts';
import type { NetworkHealth } from './schemas/health.ts';

type ServiceStatus = NetworkHealth['healthCheck']['services']['whatsapp']['status'];

const UP: ReadonlySet<string> = new Set(['connected', 'degraded', 'no-new-chats', 'starting', 'stopped']);

/** The health of the world outside, as one page: people's scripts read this shape. */
export function networkHealthOf(
  reports: readonly DestinationReport[],
  lines: readonly ConfiguredLine[],
  configured: { readonly sheets: number; readonly model: boolean },
): NetworkHealth {
  const recent = sum(reports.map((report) => report.recent));
  const breaker = mostOpen(reports.map((report) => report.breaker));
  // One of many lines that is down is a reason to look, not an alarm for the house.
  const network = worst([
    healthOfCalls(recent),
    breaker === 'closed'
      ? 'healthy'
      : reports.every(({ breaker: one }) => one === 'open')
        ? 'critical'
        : 'degraded',
  ]);
  const services = {
    googleSheets: { status: configured.sheets === 0 ? 'not-configured' : ofKind(reports, 'sheet') },
    whatsapp: { status: ofPlatform(reports, lines, 'whatsapp') },
    instagram: { status: ofPlatform(reports, lines, 'instagram') },
    model: { status: configured.model ? ofKind(reports, 'model') : 'not-configured' },
    network: { status: network, circuitBreakerState: breaker, errorRate: errorRateOf(recent) },
  } as const satisfies NetworkHealth['healthCheck']['services'];
  const loggedOut = lines.filter(({ state }) => !UP.has(state)).length;
  return {
    success: true,
    healthCheck: {
      overall: worst(
        Object.values(services).flatMap(({ status }) => (status === 'not-configured' ? [] : [status])),
      ),
      services,
    },
    resilienceStats: statsOf(
      sum(reports.map((report) => report.total)),
      recent,
      breaker,
      Math.max(0, ...reports.map((report) => report.consecutiveFailures)),
    ),
    recommendations: adviceOn(network, reports, loggedOut).map((advice) => ({ ...advice })),
    destinations: reports.map((report) => ({
      ...report.destination,
      status: healthOf(report),
      ...statsOf(report.total, report.recent, report.breaker, report.consecutiveFailures),
    })),
  };
}

const sum = (all: readonly CallCounts[]): CallCounts => all.reduce(addCounts, NO_CALLS);
const healthOf = ({ recent, breaker }: DestinationReport): Health =>
  worst([healthOfCalls(recent), healthOfBreaker(breaker)]);

const statsOf = (
  total: CallCounts,
  recent: CallCounts,
  breaker: DestinationReport['breaker'],
  consecutiveFailures: number,
): NetworkHealth['resilienceStats'] => ({
  totalRetries: total.retries,
  successfulRetries: total.successfulRetries,
  successRate: successRateOf(total),
  errorsByType: total.errors,
  errorRate: errorRateOf(recent),
  circuitBreakerState: breaker,
  consecutiveFailures,
});

const ofKind = (reports: readonly DestinationReport[], kind: Destination['kind']): Health =>
  worst(reports.filter(({ destination }) => destination.kind === kind).map(healthOf));

/** By what its lines met, and by how many of them are down: all of them is critical, some of them degraded. */
function ofPlatform(
  reports: readonly DestinationReport[],
  lines: readonly ConfiguredLine[],
  platform: Platform,
): ServiceStatus {
  const own = lines.filter(({ channel }) => PLATFORM_OF[channel] === platform);
  if (own.length === 0) return 'not-configured';
  const down = own.filter(({ state }) => !UP.has(state)).length;
  const met = reports.filter(
    ({ destination: { kind, merchant, id } }) =>
      kind === 'line' && own.some((line) => line.merchant === merchant && line.id === id),
  );
  const calls = healthOfCalls(sum(met.map(({ recent }) => recent)));
  return worst([calls, down === 0 ? 'healthy' : down === own.length ? 'critical' : 'degraded']);
}
