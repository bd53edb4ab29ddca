import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LineBook } from '../../activities/line-book.ts';
import { Resilience } from '../../activities/resilience/resilience.ts';
import { lineView } from '../../api/line-view.ts';
import type { StateChange } from '../../channels/whatsapp-web/state.ts';
import { lineId, merchantId } from '../../domain/ids.ts';
import type { Tx } from '../../store/database.ts';
import { createLine, readLine } from '../../store/lines.ts';
import { createMerchant } from '../../store/merchants.ts';
import { connectionsOf, wishLine } from '../../store/wanted-lines.ts';
import { migratedDatabase, type MigratedDatabase } from '../support/migrated-database.ts';

const SHOP = merchantId('shop');

let migrated: MigratedDatabase;
beforeAll(async () => {
  migrated = await migratedDatabase();
  await migrated.database.system((tx) =>
    createMerchant(tx, {
      id: SHOP,
      name: 'متجر',
      country: 'EG',
      timezone: 'Africa/Cairo',
      language: 'ar',
      currency: 'EGP',
    }),
  );
});
afterAll(() => migrated.close());
const inStore = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => migrated.database.merchant(SHOP, work);

type Noted = readonly [StateChange['state'], string];

/** A line whose holder has said this, one after the other; and what the API shows of it. */
async function lineThatSaid(
  name: string,
  noted: readonly Noted[],
  wished: 'started' | 'stopped' = 'started',
) {
  const id = lineId(name);
  await inStore((tx) =>
    createLine(tx, {
      merchant: SHOP,
      id,
      channel: 'whatsapp-web',
      account: name,
      config: {},
      credentials: null,
      state: 'stopped',
    }),
  );
  await inStore((tx) => wishLine(tx, SHOP, id, wished));
  const line = await inStore((tx) => readLine(tx, SHOP, id));
  if (line === null) throw new Error('the line was not created');
  // Nothing waits on it, so nobody is to be woken.
  const mail = { tell: () => Promise.resolve(false) };
  const context = {
    database: migrated.database,
    logger: pino({ level: 'silent' }),
    resilience: new Resilience(),
  };
  const book = new LineBook(context, mail, line);
  for (const [state, why] of noted) book.note({ state, why });
  await book.close();
  return inStore(async (tx) => {
    const now = await readLine(tx, SHOP, id);
    if (now === null) throw new Error('the line is gone');
    return { shown: await lineView(tx, now), counted: await connectionsOf(tx, SHOP, id) };
  });
}

const changes = (history: readonly { state: string; why: string }[]): string[] =>
  history.map(({ state, why }) => `${state}: ${why}`).reverse();

describe('what a line’s holder says, as the API shows it', () => {
  it('tells the reason that is true now, also when the state stayed the same', async () => {
    const { shown } = await lineThatSaid('crashed-while-slow', [
      ['starting', 'opening'],
      ['starting', 'authenticated'],
      ['connected', 'connected'],
      ['degraded', 'page-slow'],
      ['degraded', 'page-crashed'],
    ]);
    expect(shown).toMatchObject({ state: 'degraded', reason: 'page-crashed' });
    expect(shown.advice).toMatchObject([{ code: 'repairs-itself' }]);
    expect(changes(shown.history).slice(-4)).toEqual([
      'starting: opening',
      'connected: connected',
      'degraded: page-slow',
      'degraded: page-crashed',
    ]);
  });

  it('says that nobody scanned, and how to get a fresh QR', async () => {
    const { shown } = await lineThatSaid('unscanned', [
      ['starting', 'opening'],
      ['needs-qr', 'scan'],
      ['needs-qr', 'nobody-scanned'],
    ]);
    expect(shown).toMatchObject({ state: 'needs-qr', reason: 'nobody-scanned' });
    expect(shown.advice).toMatchObject([{ code: 'ask-for-qr' }]);
  });

  it('writes nothing twice, and counts browsers, not the steps of a start', async () => {
    const { shown, counted } = await lineThatSaid('counted', [
      ['starting', 'opening'],
      ['needs-qr', 'scan'],
      ['needs-qr', 'scan'],
      ['starting', 'authenticated'],
      ['connected', 'connected'],
      ['connected', 'connected'],
      ['degraded', 'browser-gone'],
      ['starting', 'opening'],
      ['connected', 'connected'],
    ]);
    expect(counted).toEqual({ opened: 2, connected: 2, linked: true });
    expect(changes(shown.history).slice(-7)).toEqual([
      'starting: opening',
      'needs-qr: scan',
      'starting: authenticated',
      'connected: connected',
      'degraded: browser-gone',
      'starting: opening',
      'connected: connected',
    ]);
  });

  it('leaves a line that a person has stopped stopped, whatever a holder still says that is on its way out', async () => {
    const { shown } = await lineThatSaid('put-down', [['degraded', 'moves-on']], 'stopped');
    expect(shown.state).toBe('stopped');
  });
});
