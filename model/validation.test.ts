import { describe, expect, it } from 'vitest'
import { majorUnits, minorUnits, type NewOrder } from './order.ts'
import { violationsOf } from './validation.ts'

const good: NewOrder = {
  customerEmail: 'ada@example.com',
  items: [{ sku: 'SKU123', qty: 1 }],
  totalAmount: 19.99,
}
const line = (number: number) => ({ sku: `S${number}`, qty: 1 })
const lines = (count: number) => Array.from({ length: count }, (_, index) => line(index))

const accepted: [string, Partial<NewOrder>][] = [
  ['the plainest order', {}],
  ['50 lines', { items: lines(50) }],
  ['a qty of 1,000', { items: [{ sku: 'A', qty: 1000 }] }],
  ['a sku of every character there may be', { items: [{ sku: '0aZ._-', qty: 1 }] }],
  ['a sku of 64 characters', { items: [{ sku: 'A'.repeat(64), qty: 1 }] }],
  ['the smallest amount', { totalAmount: 0.01 }],
  ['the largest amount', { totalAmount: 1_000_000 }],
  ['an amount that is no exact binary fraction', { totalAmount: 1.1 }],
  ['an address of 254 characters', { customerEmail: `${'a'.repeat(242)}@example.com` }],
  ['a payment method of 255 characters', { paymentMethod: 'p'.repeat(255) }],
  ['a key of 16 characters', { idempotencyKey: 'k'.repeat(16) }],
  ['a key of 64 characters', { idempotencyKey: 'k'.repeat(64) }],
  ['nulls where something may be absent', { currency: null, paymentMethod: null, idempotencyKey: null }],
]

const refused: [string, Partial<NewOrder>, string[]][] = [
  ['an address without @', { customerEmail: 'ada.example.com' }, ['customerEmail']],
  ['an address with two @', { customerEmail: 'a@b@example.com' }, ['customerEmail']],
  ['an address without a dot behind the @', { customerEmail: 'a.b@example' }, ['customerEmail']],
  ['an address that ends with the dot', { customerEmail: 'ada@example.' }, ['customerEmail']],
  ['an address with a blank', { customerEmail: 'ada l@example.com' }, ['customerEmail']],
  ['an address with a line break', { customerEmail: 'ada@example.com\n' }, ['customerEmail']],
  ['an address of 255 characters', { customerEmail: `${'a'.repeat(243)}@example.com` }, ['customerEmail']],
  ['no line', { items: [] }, ['items']],
  ['51 lines', { items: lines(51) }, ['items']],
  ['the same sku twice', { items: [line(1), line(2), line(1)] }, ['items[2].sku']],
  ['a qty of 0', { items: [{ sku: 'A', qty: 0 }] }, ['items[0].qty']],
  ['a qty of -1', { items: [{ sku: 'A', qty: -1 }] }, ['items[0].qty']],
  ['a qty of 1,001', { items: [{ sku: 'A', qty: 1001 }] }, ['items[0].qty']],
  ['an empty sku', { items: [{ sku: '', qty: 1 }] }, ['items[0].sku']],
  ['a sku that begins with a dot', { items: [{ sku: '.A', qty: 1 }] }, ['items[0].sku']],
  ['a sku with a blank', { items: [{ sku: 'A B', qty: 1 }] }, ['items[0].sku']],
  ['a sku of 65 characters', { items: [{ sku: 'A'.repeat(65), qty: 1 }] }, ['items[0].sku']],
  ['an amount of 0', { totalAmount: 0 }, ['totalAmount']],
  ['a negative amount', { totalAmount: -1 }, ['totalAmount']],
  ['three decimals', { totalAmount: 1.999 }, ['totalAmount']],
  ['more than a million', { totalAmount: 1_000_000.01 }, ['totalAmount']],
  ['1e308', { totalAmount: 1e308 }, ['totalAmount']],
  ['what is no number', { totalAmount: Number.NaN }, ['totalAmount']],
  ['a currency in small letters', { currency: 'usd' }, ['currency']],
  ['an empty payment method', { paymentMethod: '' }, ['paymentMethod']],
  ['a payment method of 256 characters', { paymentMethod: 'p'.repeat(256) }, ['paymentMethod']],
  ['a key of 15 characters', { idempotencyKey: 'k'.repeat(15) }, ['idempotencyKey']],
  ['a key of 65 characters', { idempotencyKey: 'k'.repeat(65) }, ['idempotencyKey']],
  [
    'everything at once',
    { customerEmail: '', items: [], totalAmount: 0 },
    ['customerEmail', 'items', 'totalAmount'],
  ],
]

/** What JavaScript, or another language, makes of a sum that is not quite one. */
const notQuite = [
  19.999999999,
  0.1 + 0.2,
  1e-7,
  1_000_000.005,
  -0,
  0.005,
  1.005,
  5e-324,
  999_999.999,
  Infinity,
]

describe('the rules for a new order', () => {
  it.each(notQuite)('refuse %d as an amount', (totalAmount) => {
    expect(violationsOf({ ...good, totalAmount }).map(({ path }) => path)).toEqual(['totalAmount'])
  })

  it('accept every amount of whole minor units, and keep it to the last', () => {
    for (let total = 1; total <= 100_000_000; total += 997) {
      const accepted = violationsOf({ ...good, totalAmount: majorUnits(total) }).length === 0
      if (!accepted || minorUnits(majorUnits(total)) !== total) throw new Error(`not ${total}`)
    }
  })

  it.each(accepted)('accept %s', (_what, change) => {
    expect(violationsOf({ ...good, ...change })).toEqual([])
  })

  it.each(refused)('refuse %s', (_what, change, paths) => {
    expect(violationsOf({ ...good, ...change }).map(({ path }) => path)).toEqual(paths)
  })
})
