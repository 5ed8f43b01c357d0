import { expect, test } from 'vitest'
import { whereInJson } from './where.ts'

const text = JSON.stringify({ Resources: { A: { Type: 't', List: [1, { x: true }] }, 'b"c': null } }, null, 1)

test.each([
  [[], 1, 1],
  [['Resources', 'A', 'Type'], 4, 12],
  [['Resources', 'A', 'List', 1], 7, 5],
  [['Resources', 'A', 'List', 1, 'x'], 8, 11],
  [['Resources', 'b"c'], 12, 11],
])('the value at %j stands at %i:%i', (path, line, column) => {
  expect(whereInJson(text, path)).toEqual({ line, column })
})

test('a path that leads nowhere ends at the innermost value there is', () => {
  const list = whereInJson(text, ['Resources', 'A', 'List'])
  expect(whereInJson(text, ['Resources', 'A', 'List', 2, 'x'])).toEqual(list)
  expect(whereInJson(text, ['Nothing', 'A'])).toEqual({ line: 1, column: 1 })
})
