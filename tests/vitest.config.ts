import { defineConfig } from 'vitest/config'

const shared = { globals: false, environment: 'node' as const, restoreMocks: true, testTimeout: 30_000, hookTimeout: 60_000 }

export default defineConfig({
  test: {
    root: '.',
    maxWorkers: 2,
    projects: [
      { test: { ...shared, name: 'unit', include: ['tests/modules/**/*.test.ts', 'tests/content/**/*.test.ts', 'tests/scripts/**/*.test.ts', 'tests/*.test.ts'], globalSetup: ['tests/prepareDatabase.ts'], setupFiles: ['tests/setUp.ts'] } },
      { test: { ...shared, name: 'web', include: ['tests/web/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false, globalSetup: ['tests/prepareDatabase.ts'], setupFiles: ['tests/setUp.ts'] } },
      { test: { ...shared, name: 'races', include: ['tests/races/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 120_000, fileParallelism: false, globalSetup: ['tests/prepareDatabase.ts', 'tests/startPostgres.ts'], setupFiles: ['tests/setUp.ts'] } },
      { test: { ...shared, name: 'browser', include: ['tests/browser/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 120_000, fileParallelism: false, globalSetup: ['tests/prepareDatabase.ts'], setupFiles: ['tests/setUp.ts'] } },
    ],
  },
})
