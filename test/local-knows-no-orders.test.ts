import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/** Words of the shop. `order` itself is left out: things stand in an order, too. */
const words = /\b(payments?|inventory|sagas?|skus?|Orders?|createOrder|orderId|customerEmail)\b/

it('the local cloud knows AWS and nothing of orders', () => {
  const files = globSync('local/**/*.{ts,js,json,md}').filter((file) => !file.includes('fixtures'))
  const told = files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, index) => (words.test(line) ? [`${file}:${index + 1} ${line.trim()}`] : [])),
  )
  expect(files.length).toBeGreaterThan(100)
  expect(told).toEqual([])
})
