import { defineConfig } from 'vitest/config'

const always = ['**/node_modules/**', '**/dist/**', '**/cdk.out/**']

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: process.env.FULL ? always : [...always, '**/*.full.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
