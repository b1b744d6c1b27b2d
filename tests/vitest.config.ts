import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take longest, which must not be begun last: the two workers then end at about the same time. */
const longest = ['browser/journey', 'browser/accessibilityDesk', 'browser/courseImci', 'browser/accessibility', 'browser/courseHomeVisiting', 'browser/courseEmergency', 'browser/college', 'browser/stations', 'browser/keyboard', 'web/packages/home-visiting', 'web/packages/imci', 'web/packages/emergency', 'web/backup', 'web/blocks', 'web/doors', 'web/weights']

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const place = ({ moduleId }: TestSpecification) => (longest.findIndex((name) => moduleId.includes(`/tests/${name}`)) + longest.length + 1) % (longest.length + 1)
    return (await super.sort(files)).sort((one, other) => place(one) - place(other))
  }
}

const shared = { globals: false, environment: 'node' as const, restoreMocks: true, testTimeout: 30_000, hookTimeout: 60_000 }

export default defineConfig({
  test: {
    root: '.',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { ...shared, isolate: false, name: 'unit', include: ['tests/modules/**/*.test.ts', 'tests/content/**/*.test.ts', 'tests/scripts/**/*.test.ts', 'tests/*.test.ts'], globalSetup: ['tests/prepareDatabase.ts'], setupFiles: ['tests/setUp.ts'] } },
      { test: { ...shared, name: 'web', include: ['tests/web/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000, globalSetup: ['tests/prepareDatabase.ts', 'tests/prepareDemonstration.ts'], setupFiles: ['tests/setUp.ts'] } },
      { test: { ...shared, name: 'races', include: ['tests/races/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 120_000, fileParallelism: false, globalSetup: ['tests/prepareDatabase.ts', 'tests/startPostgres.ts'], setupFiles: ['tests/setUp.ts'] } },
      { test: { ...shared, name: 'browser', include: ['tests/browser/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 120_000, globalSetup: ['tests/prepareDatabase.ts', 'tests/prepareDemonstration.ts'], setupFiles: ['tests/setUp.ts'] } },
    ],
  },
})
