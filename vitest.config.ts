import { defineConfig } from 'vitest/config';

/** Tests that drive a real Chromium: the only ones whose far end may itself stumble on a busy machine. */
const BROWSERS = ['tests/e2e/whatsapp-web-*.test.ts', 'tests/e2e/line.test.ts', 'tests/e2e/console.test.ts'];

/** PostgreSQL, the official Temporal server, several APIs and workers. */
const GROWN_UP = ['tests/grown-up/*.test.ts'];
/** What holds in one process on one machine holds there, too: these run in both shapes. */
const ALSO_GROWN_UP = [
  'tests/e2e/store-messages.test.ts',
  'tests/e2e/store-turns.test.ts',
  'tests/e2e/racing-signals.test.ts',
  'tests/e2e/sweep.test.ts',
  'tests/e2e/channels-conversations.test.ts',
  'tests/e2e/channels-orders.test.ts',
  'tests/e2e/webhooks-meta.test.ts',
];

/** They skip time, for which Temporal's Java test server is needed; `npm test` says so where it can't be had. */
const SKIPPING = ['tests/workflow/*.test.ts', 'tests/e2e/{orders,webhooks-out}.test.ts'];
const leftOut = process.env['TESTS_WITHOUT_SKIPPING'] === 'true' ? SKIPPING : [];

/** A test file brings servers of its own, and waits for them more than it computes. */
const TWO_AT_ONCE = { maxWorkers: 2, sequence: { groupOrder: 0 } };
/** Browsers and whole fleets: each takes two cores for itself, and its neighbour's time. */
const ONE_BY_ONE = { maxWorkers: 1, sequence: { groupOrder: 1 } };

export default defineConfig({
  test: {
    // Processes, not threads: the SDK's native part and threads have crashed together.
    pool: 'forks',
    testTimeout: 180_000,
    hookTimeout: 180_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'zajel',
          include: ['tests/**/*.test.ts'],
          exclude: [...BROWSERS, ...GROWN_UP, ...leftOut],
          ...TWO_AT_ONCE,
        },
      },
      {
        extends: true,
        test: {
          name: 'also-grown-up',
          include: ALSO_GROWN_UP,
          env: { TEST_SHAPE: 'grown-up' },
          ...TWO_AT_ONCE,
        },
      },
      {
        extends: true,
        test: { name: 'grown-up', include: GROWN_UP, env: { TEST_SHAPE: 'grown-up' }, ...ONE_BY_ONE },
      },
      // One more try for a browser that stumbled; every promise is asserted in each try.
      { extends: true, test: { name: 'browsers', include: BROWSERS, retry: 1, ...ONE_BY_ONE } },
    ],
  },
});
