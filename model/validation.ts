import { limits } from './limits.ts'
import type { NewOrder, OrderLine } from './order.ts'
import { isBlankOrControl, isWhole } from './text.ts'

/** One broken rule: where (`items[2].qty`) and what to do about it. */
export interface Violation {
  path: string
  message: string
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const alphanumeric = letters + letters.toLowerCase() + '0123456789'

function consistsOf(text: string, characters: string): boolean {
  return text.split('').filter((character) => characters.indexOf(character) === -1).length === 0
}

/** What is asked of a sku. */
export const skuRule = `must be a letter or digit, then letters, digits, '.', '_' or '-', ${limits.sku} characters at most`

/** Whether it is a sku. */
export function isSku(text: string): boolean {
  return (
    text.length > 0 &&
    text.length <= limits.sku &&
    consistsOf(text.slice(0, 1), alphanumeric) &&
    consistsOf(text, alphanumeric + '._-')
  )
}

function isAddress(text: string): boolean {
  const parts = text.split('@')
  const name = parts[0] ?? ''
  const host = parts[1] ?? ''
  const dot = host.lastIndexOf('.')
  return (
    parts.length === 2 &&
    name.length > 0 &&
    dot > 0 &&
    dot < host.length - 1 &&
    text.length <= limits.email &&
    isWhole(text) &&
    text.split('').filter(isBlankOrControl).length === 0
  )
}

function lineViolations(line: OrderLine, index: number, all: OrderLine[]): Violation[] {
  const found: Violation[] = []
  const path = `items[${index}]`
  if (!isSku(line.sku)) {
    found.push({ path: `${path}.sku`, message: skuRule })
  }
  if (all.findIndex((other) => other.sku === line.sku) < index) {
    found.push({ path: `${path}.sku`, message: `stands on an earlier line already: put both into one line` })
  }
  if (!(line.qty >= 1 && line.qty <= limits.qty)) {
    found.push({ path: `${path}.qty`, message: `must be 1 to ${limits.qty}` })
  }
  return found
}

/** What is wrong with the length of a page; nothing when it is one. */
export function pageViolations(limit: number): Violation[] {
  return limit < 1 || limit > limits.page ? [{ path: 'limit', message: `must be 1 to ${limits.page}` }] : []
}

/** Every rule that a request to make an order breaks; empty when it can be accepted. */
export function violationsOf(order: NewOrder): Violation[] {
  const found: Violation[] = []
  // In small letters, as it is kept: some letters grow.
  if (!isAddress(order.customerEmail.toLowerCase())) {
    found.push({
      path: 'customerEmail',
      message: `must have one @ with a dot behind it, no blanks, ${limits.email} characters at most`,
    })
  }
  if (order.items.length < 1 || order.items.length > limits.lines) {
    found.push({ path: 'items', message: `must have 1 to ${limits.lines} lines` })
  } else {
    order.items.forEach((line, index) => {
      found.push(...lineViolations(line, index, order.items))
    })
  }
  const total = order.totalAmount
  if (!(total > 0 && total <= limits.totalAmount && Math.round(total * 100) / 100 === total)) {
    found.push({
      path: 'totalAmount',
      message: `must be above 0, ${limits.totalAmount} at most, with two decimals at most`,
    })
  }
  const currency = order.currency ?? 'USD'
  if (currency.length !== 3 || !consistsOf(currency, letters)) {
    found.push({ path: 'currency', message: 'must be three capital letters (ISO 4217), e.g. USD' })
  }
  const method = order.paymentMethod
  if (
    method !== undefined &&
    method !== null &&
    (method.length < 1 || method.length > limits.paymentMethod || !isWhole(method))
  ) {
    found.push({ path: 'paymentMethod', message: `must have 1 to ${limits.paymentMethod} whole characters` })
  }
  const key = order.idempotencyKey
  if (
    key !== undefined &&
    key !== null &&
    (key.length < limits.idempotencyKeyLeast || key.length > limits.idempotencyKeyMost || !isWhole(key))
  ) {
    found.push({
      path: 'idempotencyKey',
      message: `must have ${limits.idempotencyKeyLeast} to ${limits.idempotencyKeyMost} whole characters`,
    })
  }
  return found
}
