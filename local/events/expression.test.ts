import { expect, test } from 'vitest'
import { parseExpression } from './expression.ts'

function next(expression: string, after: string, timezone?: string): string | undefined {
  const at = parseExpression(expression, { anchor: Date.UTC(2026, 0, 1), timezone })(Date.parse(`${after}Z`))
  return at === undefined ? undefined : new Date(at).toISOString().slice(0, 16)
}

test.each([
  ['rate(5 minutes)', '2026-01-01T00:00:00', '2026-01-01T00:05'],
  ['rate(1 hour)', '2026-01-01T00:59:59', '2026-01-01T01:00'],
  ['rate(2 days)', '2026-01-02T00:00:00', '2026-01-03T00:00'],
  ['cron(0 10 * * ? *)', '2026-01-01T10:00:00', '2026-01-02T10:00'],
  ['cron(0/15 8-9 ? * MON-FRI *)', '2026-01-02T09:45:00', '2026-01-05T08:00'],
  ['cron(15,45 0 1 * ? *)', '2026-01-01T00:15:30', '2026-01-01T00:45'],
  ['cron(0 0 L * ? *)', '2026-02-01T00:00:00', '2026-02-28T00:00'],
  ['cron(0 0 29 FEB ? *)', '2026-03-01T00:00:00', '2028-02-29T00:00'],
  ['cron(0 0 15W * ? *)', '2026-08-01T00:00:00', '2026-08-14T00:00'],
  ['cron(0 0 ? * 3#2 *)', '2026-01-01T00:00:00', '2026-01-13T00:00'],
  ['cron(0 0 ? * 6L *)', '2026-01-01T00:00:00', '2026-01-30T00:00'],
  ['cron(0 0 1 1 ? 2030)', '2026-01-01T00:00:00', '2030-01-01T00:00'],
  ['at(2026-06-01T12:30:00)', '2026-01-01T00:00:00', '2026-06-01T12:30'],
])('%s after %s fires at %s', (expression, after, at) => {
  expect(next(expression, after)).toBe(at)
})

test('a schedule of the past never fires again', () => {
  expect(next('at(2025-06-01T12:30:00)', '2026-01-01T00:00:00')).toBeUndefined()
  expect(next('cron(0 0 1 1 ? 2020)', '2026-01-01T00:00:00')).toBeUndefined()
})

test('a time zone moves a schedule, and an hour that daylight saving skips is left out', () => {
  expect(next('cron(0 9 * * ? *)', '2026-07-01T00:00:00', 'Europe/Berlin')).toBe('2026-07-01T07:00')
  expect(next('cron(30 2 * * ? *)', '2026-03-28T12:00:00', 'Europe/Berlin')).toBe('2026-03-30T00:30')
})

test.each([
  'rate(1 minutes)',
  'rate(5 minute)',
  'rate(0 minutes)',
  'cron(0 10 * * * *)',
  'cron(0 10 ? * ? *)',
  'cron(0 25 * * ? *)',
  'cron(0 10 * * ?)',
  'every day',
])('%s is refused by name', (expression) => {
  expect(() => next(expression, '2026-01-01T00:00:00')).toThrow(
    `ScheduleExpression ${expression} is not valid`,
  )
})
