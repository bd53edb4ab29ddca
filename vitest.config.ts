import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Processes, not threads: the SDK's native part and threads have crashed together.
    pool: 'forks',
    // A test file brings a server or two of its own: more at once than this only makes each slower.
    maxWorkers: 2,
    include: ['tests/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
});
