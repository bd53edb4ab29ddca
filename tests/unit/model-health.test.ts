import { describe, expect, it } from 'vitest';
import { networkHealthOf } from '../../api/network-health.ts';
import { REASONS } from '../../console/words/words.ts';
import type { CallCounts, Destination } from '../../domain/destination.ts';
import { merchantId } from '../../domain/ids.ts';
import type { DestinationReport } from '../../store/network.ts';

/** What was counted of ten calls, this many of which failed for this reason. */
const report = (kind: Destination['kind'], failures = 0, reason = 'timed-out'): DestinationReport => {
  const counts: CallCounts = {
    calls: 10,
    failures,
    retries: 0,
    successfulRetries: 0,
    errors: failures === 0 ? {} : { [reason]: failures },
  };
  return {
    destination: { kind, merchant: merchantId('shop'), id: 'gpt-4o-mini' },
    total: counts,
    recent: counts,
    breaker: 'closed',
    consecutiveFailures: 0,
  };
};
const health = (reports: DestinationReport[], model = true) =>
  networkHealthOf(reports, [], { sheets: 0, model });
const model = (...reports: DestinationReport[]): string => health(reports).healthCheck.services.model.status;
const advice = (...reports: DestinationReport[]): string[] =>
  health(reports).recommendations.map(({ code }) => code);

describe('the health of the language model', () => {
  it('is not configured where there is none to ask, whatever was counted of a former one', () => {
    const { healthCheck } = health([report('model', 4)], false);
    expect(healthCheck.services.model.status).toBe('not-configured');
    expect(health([]).healthCheck.services.model.status).toBe('healthy');
  });

  it('follows the calls to it, and those only', () => {
    expect(model(report('model', 1))).toBe('healthy');
    expect(model(report('model', 3))).toBe('degraded');
    expect(model(report('model', 6))).toBe('critical');
    expect(model(report('model'), report('line', 10))).toBe('healthy');
    expect(health([report('model', 6)]).healthCheck.overall).toBe('critical');
  });

  it.each([
    ['model-key-refused', 'renew-model-key'],
    ['model-quota', 'pay-model'],
    ['model-not-found', 'name-model'],
    ['model-unreachable', 'reach-model'],
    ['model-unavailable', 'reach-model'],
    ['timed-out', 'reach-model'],
    ['connection-refused', 'reach-model'],
    ['throttled', 'slow-model'],
    ['model-throttled', 'slow-model'],
  ])('in trouble by %s says what helps: %s', (reason, code) => {
    expect(advice(report('model', 1, reason))).toEqual([code]);
    expect(Object.keys(REASONS.ar)).toContain(reason);
  });

  it('leaves the advice for lines to lines', () => {
    expect(advice(report('line', 1, 'throttled'))).toEqual(['slow-down']);
    expect(advice(report('line', 1, 'timed-out'))).toEqual([]);
  });
});
