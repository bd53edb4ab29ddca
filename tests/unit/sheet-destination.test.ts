import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { BREAKER_RULES } from '../../activities/resilience/breaker.ts';
import { DestinationFailing, Resilience } from '../../activities/resilience/resilience.ts';
import { askSheet, sheetFailure } from '../../activities/sheet-access.ts';
import { networkHealthOf } from '../../api/network-health.ts';
import type { Failure } from '../../domain/errors.ts';
import { merchantId } from '../../domain/ids.ts';
import type { SheetSource } from '../../sheets/source.ts';

const MERCHANT = merchantId('shop');
const RESET: Failure = { class: 'retryable', reason: 'connection-reset', detail: '' };
const source = (kind: SheetSource['kind']): SheetSource => ({
  kind,
  read: () => Promise.reject(new Error('not asked here')),
  pin: () => Promise.reject(new Error('not asked here')),
  writeBack: () => Promise.reject(new Error('not asked here')),
  classify: () => RESET,
});
const ask = (resilience: Resilience, of: SheetSource, work: () => Promise<string>): Promise<string> =>
  new MockActivityEnvironment().run(() => askSheet({ resilience }, MERCHANT, of, work));
const broken = (): Promise<string> => Promise.reject(new Error('reset'));
/** As the API tells it of one worker’s figures. */
const sheetsHealth = (resilience: Resilience): string =>
  networkHealthOf(
    resilience.take().map(({ destination, counts, breaker, consecutiveFailures }) => ({
      destination,
      total: counts,
      recent: counts,
      breaker,
      consecutiveFailures,
    })),
    [],
    { sheets: 1, model: false },
  ).healthCheck.services.googleSheets.status;

describe('a Google sheet', () => {
  it('that fails steadily shows in the health, is left alone for a while, and is asked again after it', async () => {
    let nowMs = 0;
    const resilience = new Resilience(BREAKER_RULES, () => nowMs);
    const google = source('google');
    expect(await ask(resilience, google, () => Promise.resolve('read'))).toBe('read');
    expect(sheetsHealth(resilience)).toBe('healthy');
    for (let call = 0; call < BREAKER_RULES.failures; call += 1)
      await expect(ask(resilience, google, broken)).rejects.toThrow('reset');
    expect(sheetsHealth(resilience)).toBe('critical');

    let asked = 0;
    const work = (): Promise<string> => {
      asked += 1;
      return Promise.resolve('read');
    };
    const left = await ask(resilience, google, work).catch((error: unknown) => error);
    expect([left instanceof DestinationFailing, asked]).toEqual([true, 0]);
    expect(sheetFailure(google, left)).toMatchObject({ class: 'retryable', reason: 'destination-failing' });

    nowMs += BREAKER_RULES.openMs;
    expect(await ask(resilience, google, work)).toBe('read');
  });

  it('is a network; a file is none, however often it fails', async () => {
    const resilience = new Resilience();
    for (let call = 0; call < 20; call += 1)
      await expect(ask(resilience, source('file'), broken)).rejects.toThrow('reset');
    expect(resilience.take()).toEqual([]);
  });
});
