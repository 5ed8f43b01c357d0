import { defineConfig } from 'vitest/config'

const elsewhere = ['**/node_modules/**', '**/dist/**', '**/cdk.out/**']
/** `*.full.test.ts` take minutes: kills, schedules, fuzz. `npm run test:full` adds them. */
const exclude = process.env.FULL === undefined ? [...elsewhere, '**/*.full.test.ts'] : elsewhere

export default defineConfig({
  test: {
    maxWorkers: 2,
    // One load of each module a worker: no test mocks any, and loading took two fifths of the unit tests' CPU.
    isolate: false,
    // A shared machine may starve a test once; what fails twice is a defect.
    retry: process.env.CI === undefined ? 0 : 1,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'unit', include: ['**/*.test.ts'], exclude: [...exclude, 'test/**'] } },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude,
          globalSetup: 'test/harness/synthesize-once.ts',
        },
      },
    ],
  },
})
