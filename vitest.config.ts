// Three projects: hermetic tests that run from the sources, end-to-end tests of the built command, and tests on real Linux hosts, skipped where there are none.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'hermetic', include: ['test/{unit,contract,golden,property,simulation}/**/*.test.ts'], testTimeout: 20_000 } },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false } },
      { test: { name: 'hosts', include: ['test/hosts/**/*.test.ts'], testTimeout: 900_000, hookTimeout: 600_000, fileParallelism: false } },
    ],
  },
});
