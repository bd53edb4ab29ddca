import { expect, it } from 'vitest';
import { storm } from '../chaos/storm/storm.ts';
import { programsOfTheTest } from '../support/grown-up/programs.ts';

/** A minute and a half of `npm run chaos`; its hour, and what came of it, is in docs/reliability.md. */
it('answers everything exactly once while three workers, two APIs, Temporal and PostgreSQL are killed, frozen and cut off', async () => {
  const report = await storm({
    programs: programsOfTheTest(),
    seed: 7,
    minutes: 1.5,
    customers: 20,
    // Linked phones have their own tests; a browser beside all of this asks for more than two cores have.
    chromium: null,
    untilTold: false,
    say: () => undefined,
  });
  expect(report.wrong).toEqual([]);
  expect(report.written).toBeGreaterThan(0);
  expect(report.turns).toBe(report.answered + report.handedOver);
  expect(report.sheet.sent).toBe(report.sheet.expected);
}, 900_000);
