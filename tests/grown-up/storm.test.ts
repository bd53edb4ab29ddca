import { expect, it } from 'vitest';
import { findChromium } from '../../start/chromium.ts';
import { storm } from '../chaos/storm/storm.ts';
import { programsOfTheTest } from '../support/grown-up/programs.ts';

/** A minute of `npm run chaos`, with a linked phone where there is a Chromium; its hour, and what came of it, is in docs/reliability.md. */
it('answers everything exactly once while three workers, two APIs, Temporal and PostgreSQL are killed, frozen and cut off', async () => {
  const report = await storm({
    programs: programsOfTheTest(),
    seed: 7,
    minutes: 1,
    customers: 20,
    chromium: findChromium(process.env['CHROMIUM_PATH']),
    untilTold: false,
    say: () => undefined,
  });
  expect(report.wrong).toEqual([]);
  expect(report.written).toBeGreaterThan(0);
  expect(report.askedModel).toBeGreaterThan(0);
  expect(report.turns).toBe(report.answered + report.handedOver);
  expect(report.sheet.sent).toBe(report.sheet.expected);
}, 900_000);
