import { expect, test } from 'vitest'
import { filterOfArguments, filterOfObject, FilterRefused, passes } from './filter.ts'

const payload = {
  n: 5,
  text: 'hello',
  list: ['a', 'b'],
  a: { b: { c: { d: { e: 'deep', f: { g: 1 } } } } },
  many: [{ x: 1 }],
  none: null,
}
const one = (fieldName: string, operator: string, value: unknown): object => ({
  filterGroup: [{ filters: [{ fieldName, operator, value }] }],
})

test.each([
  ['n', 'eq', 5, true],
  ['n', 'eq', '5', false],
  ['n', 'ne', 6, true],
  ['n', 'le', 5, true],
  ['n', 'lt', 5, false],
  ['n', 'ge', 5, true],
  ['n', 'gt', 5, false],
  ['n', 'gt', '4', false],
  ['n', 'between', [4, 5], true],
  ['n', 'between', [6, 7], false],
  ['n', 'in', [1, 5], true],
  ['n', 'notIn', [1, 5], false],
  ['n', 'notIn', [1], true],
  ['text', 'beginsWith', 'he', true],
  ['text', 'beginsWith', 'lo', false],
  ['text', 'contains', 'ell', true],
  ['text', 'notContains', 'ell', false],
  ['text', 'gt', 'abc', true],
  ['list', 'contains', 'b', true],
  ['list', 'notContains', 'c', true],
  ['list', 'containsAny', ['x', 'a'], true],
  ['list', 'containsAny', ['x'], false],
  ['none', 'eq', null, true],
  ['absent', 'eq', null, true],
  ['absent', 'eq', 'x', false],
  ['absent', 'ge', 0, false],
  ['a.b.c.d.e', 'eq', 'deep', true],
  ['a.b.c.d.e', 'eq', 'other', false],
  ['many.x', 'eq', 1, false],
])('%s %s %j: %s', (field, operator, value, holds) => {
  expect(passes(filterOfObject(one(field, operator, value)), payload)).toBe(holds)
})

test('case 58: a rule six levels down is ignored', () => {
  expect(passes(filterOfObject(one('a.b.c.d.f.g', 'eq', 'other')), payload)).toBe(true)
})

test('groups are alternatives, the filters of a group must hold together', () => {
  const groups = (...values: number[][]): object => ({
    filterGroup: values.map((group) => ({
      filters: group.map((value) => ({ fieldName: 'n', operator: 'ge', value })),
    })),
  })
  expect(passes(filterOfObject(groups([6], [4])), payload)).toBe(true)
  expect(passes(filterOfObject(groups([4, 6])), payload)).toBe(false)
})

test('arguments ask for equality with the fields of their names', () => {
  expect(passes(filterOfArguments({}), payload)).toBe(true)
  expect(passes(filterOfArguments({ n: 5, text: 'hello' }), payload)).toBe(true)
  expect(passes(filterOfArguments({ n: 5, text: 'x' }), payload)).toBe(false)
  expect(passes(filterOfArguments({ none: null, absent: null }), payload)).toBe(true)
})

test.each([[{}], [{ filterGroup: [] }], [{ filterGroup: [{}] }], [one('', 'eq', 1)], [one('n', 'like', 1)]])(
  '%j is no filter',
  (filter) => {
    expect(() => filterOfObject(filter)).toThrow(FilterRefused)
  },
)
