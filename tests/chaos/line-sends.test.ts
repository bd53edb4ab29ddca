import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closePage } from '../doubles/whatsapp-page/browser.ts';
import { CHROMIUM } from '../e2e/whatsapp-web-rig.ts';
import { signal } from '../support/processes.ts';
import { seeded } from './line-dice.ts';
import { LineFleet } from './line-fleet.ts';

/** `LINE_CHAOS_SENDS=200 npm test -- line-sends` is the long form: a failure for every ten messages. */
const SENDS = Number(process.env['LINE_CHAOS_SENDS'] ?? 20);
const SENDS_PER_FAILURE = 10;
const SEED = Number(process.env['LINE_CHAOS_SEED'] ?? 7);
const CUSTOMERS = ['201112220001', '201112220002', '201112220003', '201112220004', '201112220005'];

describe.skipIf(CHROMIUM === undefined)('sends while everything breaks (needs Chromium)', () => {
  let fleet: LineFleet;
  beforeAll(async () => {
    fleet = await LineFleet.start(CHROMIUM ?? '');
    fleet.startWorker();
    await fleet.link();
    for (const from of CUSTOMERS) fleet.phone.receive({ from, body: 'السلام عليكم' });
    await fleet.until('every first answer', () =>
      CUSTOMERS.every((customer) => fleet.received(customer).length > 0),
    );
  }, 300_000);
  afterAll(() => fleet.close());

  it(
    `each of ${SENDS} messages is received once, however often page and browser die (seed ${SEED})`,
    async () => {
      const random = seeded(SEED);
      const written = new Map<string, string[]>(CUSTOMERS.map((customer) => [customer, []]));
      const kinds: string[] = [];
      for (let number = 1; number <= SENDS; number += 1) {
        const customer = CUSTOMERS[Math.floor(random() * CUSTOMERS.length)] ?? '';
        const text = `رسالة ${number}`;
        await fleet.write(customer, text);
        written.get(customer)?.push(text);
        if (number % SENDS_PER_FAILURE === SENDS_PER_FAILURE / 2) kinds.push(await fail(random()));
      }
      await fleet.until(
        'every message',
        async () =>
          fleet.phone.sent().length >= SENDS + CUSTOMERS.length && (await fleet.line()).waiting === 0,
        60_000 + SENDS * 5_000,
      );
      // One whose outcome had to be found out may come after the next one; none comes twice.
      for (const [customer, texts] of written)
        expect(fleet.received(customer).slice(1).sort()).toEqual(texts.sort());
      expect(fleet.phone.linkedDevices).toBe(1);
      expect(kinds).toHaveLength(SENDS / SENDS_PER_FAILURE);
    },
    120_000 + SENDS * 6_000,
  );

  /** Once something is on its way, so that it is hit in mid-send. */
  async function fail(chance: number): Promise<string> {
    await fleet.isUp();
    const asked = fleet.double.world.sendsAsked;
    await fleet.until(
      'a send',
      async () => fleet.double.world.sendsAsked > asked || (await fleet.line()).waiting === 0,
    );
    const kind = chance < 1 / 3 ? 'page-closed' : chance < 2 / 3 ? 'page-crashed' : 'browser-killed';
    if (kind === 'page-closed') await closePage(fleet.paths.profile);
    const victims =
      kind === 'page-crashed' ? await renderers() : kind === 'browser-killed' ? await fleet.browsers() : [];
    for (const { pid } of victims) signal(pid, 'SIGKILL');
    return kind;
  }

  const renderers = async () =>
    (await fleet.processes()).filter(({ command }) => command.includes('--type=renderer'));
});
