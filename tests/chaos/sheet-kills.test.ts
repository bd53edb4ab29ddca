import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSheetsDouble, type SheetsDouble } from '../doubles/sheets-api/double.ts';
import { LiveShop } from '../support/live-shop.ts';
import { seeded } from '../support/sheet-person.ts';
import { Fleet } from './sheet-fleet.ts';
import { WatchedSheet } from './sheet-watch.ts';

/**
 * How much of it: `npm test` takes a minute's worth. The long form: SHEET_KILLS_POLLS=500 SHEET_KILLS_ROWS=3000, and
 * SHEET_KILLS_MINUTES=10 ends it then at the latest. Another SHEET_KILLS_SEED is another person.
 */
const size = (name: string, usual: number): number => Number(process.env[`SHEET_KILLS_${name}`] ?? usual);
const POLLS = size('POLLS', 24);
const ROWS = size('ROWS', 30);
const SEED = size('SEED', 7);
const MINUTES = size('MINUTES', 60);
/** At least so many: on a fast machine the polls are over before. */
const KILLS = 4;
/** How long all three live: enough to be in the middle of something. */
const LIFE_MS = { least: 200, more: 3_000 };
/** A send whose worker died is looked into, a decision waits for its worker's queue to be given up: seconds each. */
const HEARD_WITHIN_MS = 90_000;
const TIMEOUT_MS = 120_000 + POLLS * (8_000 + ROWS) + 2 * (HEARD_WITHIN_MS + 3_000);

describe('three workers that are killed in turn while people edit the sheets', () => {
  let live: LiveShop;
  let double: SheetsDouble;
  let fleet: Fleet;
  beforeAll(async () => {
    live = await LiveShop.open({ window: { ms: 500, graceMs: 100, maxMs: 1_000 } });
    await live.stopWorker();
    double = await startSheetsDouble();
    fleet = await Fleet.start(live, double.url, 3);
  }, 300_000);
  afterAll(async () => {
    await fleet.close();
    await double.close();
    await live.close();
  }, 60_000);

  it(
    'send exactly what the edits call for, and change nothing that is not theirs',
    async () => {
      const random = seeded(SEED);
      const sheets = [
        await WatchedSheet.open(live, double, { seed: SEED, rows: ROWS }),
        await WatchedSheet.open(live, double, { seed: SEED + 1, rows: ROWS, ids: false }),
      ];
      const untilMs = Date.now() + MINUTES * 60_000;
      let edited = false;
      const killing = fleet.killInTurn(
        () => LIFE_MS.least + random(LIFE_MS.more),
        () => edited,
      );
      try {
        await Promise.all(
          sheets.map(async (sheet) => {
            while ((sheet.polls < POLLS || fleet.kills < KILLS) && Date.now() < untilMs)
              await sheet.editAndPoll();
            await sheet.tidyUp();
          }),
        );
      } finally {
        edited = true;
        await killing;
      }
      for (const sheet of sheets) {
        const said = await heard(sheet);
        report(sheet, said, fleet.kills);
        expect(said.toSorted()).toEqual([...sheet.person.expected].toSorted());
        const { is, should } = sheet.rows();
        expect(is).toEqual(should);
        expect(['', 'تم الإرسال']).toEqual(expect.arrayContaining(sheet.states()));
      }
    },
    TIMEOUT_MS,
  );
});

/** All that is expected, and whatever comes after it that is not. */
async function heard(sheet: WatchedSheet): Promise<string[]> {
  const deadline = Date.now() + HEARD_WITHIN_MS;
  while (new Set(await sheet.said()).size < sheet.person.expected.size && Date.now() < deadline)
    await pause(250);
  await pause(3_000);
  return sheet.said();
}

function report({ polls, person: { expected } }: WatchedSheet, said: readonly string[], kills: number): void {
  const distinct = new Set(said);
  const missed = [...expected].filter((one) => !distinct.has(one)).length;
  process.stdout.write(
    `${polls} polls, ${kills} kills: ${expected.size} messages expected, ${said.length} sent, ${said.length - distinct.size} doubled, ${missed} missed\n`,
  );
}
