import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BREAKER_RULES } from '../../activities/resilience/breaker.ts';
import { NetworkLog } from '../../activities/resilience/network-log.ts';
import { Resilience } from '../../activities/resilience/resilience.ts';
import { networkHealth, configHealth } from '../../api/schemas/health.ts';
import type { Destination } from '../../domain/destination.ts';
import { ClassifiedError } from '../../domain/errors.ts';
import { lineId, merchantId } from '../../domain/ids.ts';
import { moveLine } from '../../store/lines.ts';
import { forgetOldObservations } from '../../store/network.ts';
import { AlertWatch } from '../../worker/alert-watch.ts';
import { pino } from 'pino';
import { merchantWithLine, startApi, type ApiUnderTest } from './api-installation.ts';

const PATH = '/api/system/network-health';
const logger = pino({ level: 'silent' });
let api: ApiUnderTest;
let nowMs = Date.now();
let worker: Resilience;
let log: NetworkLog;
beforeAll(async () => {
  api = await startApi({ temporal: 'nowhere' });
  for (const id of ['one', 'two']) await merchantWithLine(api, id);
});
afterAll(() => api.stop());
beforeEach(async () => {
  await api.rows('delete from destination_calls');
  await api.rows('delete from destination_breakers');
  await api.rows('delete from alerts');
  nowMs = Date.now();
  worker = new Resilience(BREAKER_RULES, () => nowMs);
  log = new NetworkLog({ database: api.database, resilience: worker, logger, everyMs: 3_600_000 });
});

const lineOf = (merchant: string): Destination => ({
  kind: 'line',
  merchant: merchantId(merchant),
  id: 'sim',
});
async function calls(merchant: string, well: number, badly: number, by = worker): Promise<void> {
  const one = async (fails: boolean): Promise<void> => {
    const failure = { class: 'retryable', reason: 'connection-reset', detail: '' } as const;
    const work = (): Promise<void> =>
      fails ? Promise.reject(new ClassifiedError(failure)) : Promise.resolve();
    await by
      .call(lineOf(merchant), { isRetry: false, classify: () => failure }, work)
      .catch((error: unknown) => {
        if (!(error instanceof ClassifiedError)) throw error;
      });
  };
  for (let call = 0; call < well; call += 1) await one(false);
  for (let call = 0; call < badly; call += 1) await one(true);
}
const health = async () => networkHealth.parse((await api.ask('GET', PATH)).body);
const keyOf = async (merchant: string): Promise<string> =>
  String(
    (
      await api.ask('POST', `/api/merchants/${merchant}/keys`, {
        body: { name: 'x', scopes: ['read', 'manage'] },
      })
    ).body['key'],
  );

describe('the health of the network', () => {
  it('is healthy while nothing was called, and says what is not configured', async () => {
    expect(await health()).toMatchObject({
      success: true,
      healthCheck: {
        overall: 'healthy',
        services: {
          googleSheets: { status: 'not-configured' },
          whatsapp: { status: 'not-configured' },
          instagram: { status: 'not-configured' },
          model: { status: 'not-configured' },
          network: { status: 'healthy', circuitBreakerState: 'closed', errorRate: 0 },
        },
      },
      resilienceStats: {
        totalRetries: 0,
        successfulRetries: 0,
        successRate: 1,
        errorsByType: {},
        errorRate: 0,
        circuitBreakerState: 'closed',
        consecutiveFailures: 0,
      },
      recommendations: [],
      destinations: [],
    });
  });

  it.each([
    [81, 19, 'healthy'],
    [80, 20, 'degraded'],
    [9, 9, 'degraded'],
    [8, 9, 'critical'],
  ] as const)('with %i calls that went well and %i that failed is %s', async (well, badly, status) => {
    // Spread, so that it is the rate that is judged and not the breaker.
    for (let done = 0; done < Math.max(well, badly); done += 1)
      await calls('one', done < well ? 1 : 0, done < badly ? 1 : 0);
    await log.flush();
    expect((await health()).healthCheck.services.network.status).toBe(status);
  });

  it('adds what all workers saw', async () => {
    const other = new Resilience(BREAKER_RULES, () => nowMs);
    const otherLog = new NetworkLog({
      database: api.database,
      resilience: other,
      logger,
      everyMs: 3_600_000,
    });
    await calls('one', 3, 1);
    await calls('one', 5, 1, other);
    await log.flush();
    await otherLog.stop();
    const { resilienceStats, destinations } = await health();
    expect(resilienceStats).toMatchObject({ errorsByType: { 'connection-reset': 2 }, errorRate: 0.2 });
    expect(destinations).toMatchObject([{ merchant: 'one', kind: 'line', id: 'sim', errorRate: 0.2 }]);
  });

  it('names an open breaker and what to do, in both languages', async () => {
    await calls('one', 0, 10);
    await log.flush();
    const { destinations, recommendations, resilienceStats } = await health();
    expect(destinations).toMatchObject([
      { status: 'critical', circuitBreakerState: 'open', consecutiveFailures: 10 },
    ]);
    expect(resilienceStats.circuitBreakerState).toBe('open');
    expect(recommendations.map(({ code }) => code)).toEqual(['check-network', 'wait-for-destination']);
    for (const { text } of recommendations)
      expect([/[\u0600-\u06ff]/.test(text.ar), /[a-z]/.test(text.en)]).toEqual([true, true]);
  });

  it('counts anew after reset-stats, and refuses what it does not know', async () => {
    await calls('one', 3, 3);
    await log.flush();
    const reset = await api.ask('POST', PATH, { body: { action: 'reset-stats' } });
    expect(reset.status).toBe(200);
    expect(networkHealth.parse(reset.body).resilienceStats).toMatchObject({ errorsByType: {}, errorRate: 0 });
    expect((await api.ask('POST', PATH, { body: { action: 'explode' } })).status).toBe(422);
  });

  it('shows a merchant’s key the merchant’s own only, and resets nothing of others', async () => {
    await calls('one', 1, 0);
    await calls('two', 1, 0);
    await log.flush();
    const key = await keyOf('one');
    const own = networkHealth.parse((await api.ask('GET', PATH, { key })).body);
    expect(own.destinations.map(({ merchant }) => merchant)).toEqual(['one']);
    await api.ask('POST', PATH, { key, body: { action: 'reset-stats' } });
    expect((await health()).destinations.map(({ merchant }) => merchant)).toEqual(['two']);
  });
});

describe('the health of the configuration', () => {
  it('tells per merchant what is set and what answers, and no secret', async () => {
    const { body, text } = await api.ask('GET', '/api/config/health');
    const shown = configHealth.parse(body);
    expect(shown.temporal.reachable).toBe(false);
    expect(
      shown.merchants.map(({ merchant, lines }) => [
        merchant,
        lines.map(({ id, configured, reachable }) => [id, configured, reachable]),
      ]),
    ).toEqual([
      ['one', [['sim', true, true]]],
      ['two', [['sim', true, true]]],
    ]);
    expect(text).not.toMatch(/credentials":\s*"|accessToken|apiKey/);
  });
});

describe('an alert', () => {
  const watch = (): AlertWatch => new AlertWatch({ database: api.database, logger });
  const told = async (): Promise<string[]> =>
    (await watch().once()).map(
      ({ merchant, rule, subject, state }) => `${merchant} ${rule} ${subject} ${state}`,
    );
  const events = async (): Promise<unknown[]> =>
    (await api.rows(`select data ->> 'state' as state from events where kind = 'alert' order by seq`)).map(
      ({ state }) => state,
    );

  it('breaker-open and error-rate-critical are raised once, and cleared when it is over', async () => {
    await api.rows('delete from events');
    await calls('one', 0, 10);
    await log.flush();
    expect(await told()).toEqual([
      'one breaker-open line/sim raised',
      'one error-rate-critical line/sim raised',
    ]);
    expect(await told()).toEqual([]);
    nowMs += 60_000;
    await calls('one', 30, 0);
    await log.flush();
    expect((await told()).sort()).toEqual([
      'one breaker-open line/sim cleared',
      'one error-rate-critical line/sim cleared',
    ]);
    expect(await events()).toEqual(['raised', 'raised', 'cleared', 'cleared']);
  });

  it('line-down is raised for a line that was logged out, and cleared when it is connected', async () => {
    const move = (state: 'logged-out' | 'connected') =>
      api.database.merchant(merchantId('two'), (tx) =>
        moveLine(tx, merchantId('two'), lineId('sim'), { state, why: 'token-refused' }),
      );
    await move('logged-out');
    expect(await told()).toEqual(['two line-down sim raised']);
    await move('connected');
    expect(await told()).toEqual(['two line-down sim cleared']);
  });

  it('line-paused is raised for a number that its provider stops for hours, and cleared when it may go on', async () => {
    const pauseUntil = (until: string) =>
      api.rows(`update lines set paused_until = now() + interval '${until}' where merchant = 'two'`);
    // A throttle of seconds is everyday life.
    await pauseUntil('10 seconds');
    expect(await told()).toEqual([]);
    await pauseUntil('6 hours');
    expect(await told()).toEqual(['two line-paused sim raised']);
    const { body } = await api.ask('GET', '/api/merchants/two/lines/sim');
    expect(body).toMatchObject({ state: 'connected', advice: [{ code: 'paused-by-provider' }] });
    expect(String(body['pausedUntil'])).toMatch(/Z$/);
    await pauseUntil('-1 second');
    expect(await told()).toEqual(['two line-paused sim cleared']);
    expect((await api.ask('GET', '/api/merchants/two/lines/sim')).body).toMatchObject({
      pausedUntil: null,
      advice: [],
    });
  });

  it.each([
    ['messages-not-taken inbox', `'in', 'customer', 'received', 3`],
    ['messages-waiting sim', `'out', 'bot', 'waiting', 0`],
  ])('%s is raised for what stays, and cleared when it is gone', async (name, columns) => {
    await api.rows(
      `insert into conversations (merchant, id, platform, account, line, customer) values ('one', 'c', 'simulator', 'a', 'sim', '201') on conflict do nothing`,
    );
    await api.rows(
      `insert into messages (merchant, key, conversation, line, type, text, at, received_at, direction, by, status, swept)
       values ('one', 'k', 'c', 'sim', 'text', 'x', now(), now() - interval '1 hour', ${columns})`,
    );
    expect(await told()).toEqual([`one ${name} raised`]);
    await api.rows(`delete from messages where key = 'k'`);
    expect(await told()).toEqual([`one ${name} cleared`]);
  });
});

describe('what waits on purpose', () => {
  it('raises no alert, however long it lasts, and does not hide a message that waits for its line', async () => {
    const raised = async (): Promise<unknown[]> =>
      (await new AlertWatch({ database: api.database, logger }).once()).map(({ rule, state, detail }) => [
        rule,
        state,
        detail,
      ]);
    await api.rows(
      `insert into conversations (merchant, id, platform, account, line, customer) values ('one', 'c', 'simulator', 'a', 'sim', '201') on conflict do nothing`,
    );
    const held = ['pace', 'quiet-hours', 'automation-stopped', 'taken-over', 'row-gone', 'opted-out'];
    const waits = (reason: string): Promise<unknown> =>
      api.rows(
        `insert into messages (merchant, key, conversation, line, type, text, at, received_at, direction, by, status, reason)
         values ('one', '${reason}', 'c', 'sim', 'text', 'x', now(), now() - interval '1 hour', 'out', 'bot', 'waiting', '${reason}')`,
      );
    for (const reason of held) await waits(reason);
    expect(await raised()).toEqual([]);
    await waits('line-down');
    const detail = { line: 'sim', count: 1, reason: 'line-down' };
    expect(await raised()).toEqual([['messages-waiting', 'raised', detail]]);
    await api.rows(`delete from messages where key = 'line-down'`);
    expect(await raised()).toEqual([['messages-waiting', 'cleared', detail]]);
    await api.rows(`delete from messages where conversation = 'c'`);
  });
});

it('what has waited for less than a quarter of an hour raises no alert yet', async () => {
  const raised = async (): Promise<unknown[]> =>
    (await new AlertWatch({ database: api.database, logger }).once()).map(({ rule, state }) => [rule, state]);
  await api.rows(
    `insert into conversations (merchant, id, platform, account, line, customer) values ('one', 'c', 'simulator', 'a', 'sim', '201') on conflict do nothing`,
  );
  await api.rows(
    `insert into messages (merchant, key, conversation, line, type, text, at, received_at, direction, by, status, reason)
     values ('one', 'k', 'c', 'sim', 'text', 'x', now(), now() - interval '10 minutes', 'out', 'bot', 'waiting', 'line-down')`,
  );
  expect(await raised()).toEqual([]);
  await api.rows(`update messages set received_at = now() - interval '16 minutes' where key = 'k'`);
  expect(await raised()).toEqual([['messages-waiting', 'raised']]);
  await api.rows(`delete from messages where key = 'k'`);
});

describe('figures of long ago', () => {
  it('and of workers that are gone are forgotten', async () => {
    await calls('one', 0, 10);
    await log.flush();
    await api.database.system((tx) => forgetOldObservations(tx, Date.now() + 3_600_000));
    expect(await api.rows(`select bucket::text from destination_calls`)).toEqual([{ bucket: '-infinity' }]);
    expect(await api.rows('select from destination_breakers')).toEqual([]);
  });
});
