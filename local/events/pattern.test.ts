import { expect, test } from 'vitest'
import { compilePattern } from './pattern.ts'

const matches = (pattern: object, event: object): boolean => compilePattern(pattern)(event)

test.each([
  ['a value exactly', { a: ['x'] }, { a: 'x' }, { a: 'X' }],
  ['one of several values', { a: ['x', 'y'] }, { a: 'y' }, { a: 'z' }],
  ['numbers, booleans and null', { a: [1, true, null] }, { a: null }, { a: '1' }],
  ['nested fields', { a: { b: ['x'] } }, { a: { b: 'x' } }, { a: 'x' }],
  ['all fields at once', { a: ['x'], b: ['y'] }, { a: 'x', b: 'y' }, { a: 'x', b: 'z' }],
  ['any element of a list', { a: ['x'] }, { a: ['w', 'x'] }, { a: ['w'] }],
  ['objects in a list', { a: { b: ['x'] } }, { a: [{ b: 'w' }, { b: 'x' }] }, { a: [{ b: 'w' }] }],
  ['a prefix', { a: [{ prefix: 'th' }] }, { a: 'thing' }, { a: 'nothing' }],
  [
    'a prefix whatever its case',
    { a: [{ prefix: { 'equals-ignore-case': 'TH' } }] },
    { a: 'thing' },
    { a: 'ring' },
  ],
  ['a suffix', { a: [{ suffix: '.png' }] }, { a: 'x.png' }, { a: 'x.jpg' }],
  ['anything but a value', { a: [{ 'anything-but': 'x' }] }, { a: 'y' }, { a: 'x' }],
  ['anything but some values', { a: [{ 'anything-but': [1, 2] }] }, { a: 3 }, { a: 2 }],
  ['anything but, only when present', { a: [{ 'anything-but': 'x' }] }, { a: 'y' }, { b: 'y' }],
  ['anything but a prefix', { a: [{ 'anything-but': { prefix: 'x' } }] }, { a: 'yx' }, { a: 'xy' }],
  [
    'anything but a wildcard',
    { a: [{ 'anything-but': { wildcard: '*/x/*' } }] },
    { a: 'a/y/b' },
    { a: 'a/x/b' },
  ],
  ['a number', { a: [{ numeric: ['=', 5] }] }, { a: 5.0 }, { a: 6 }],
  ['a range', { a: [{ numeric: ['>', 0, '<=', 5] }] }, { a: 5 }, { a: 0 }],
  ['a present field', { a: [{ exists: true }] }, { a: 0 }, { b: 0 }],
  ['an absent field', { a: { b: [{ exists: false }] } }, { a: {} }, { a: { b: 1 } }],
  ['an absent field or a value', { a: [{ exists: false }, 'x'] }, {}, { a: 'y' }],
  ['text whatever its case', { a: [{ 'equals-ignore-case': 'Thing' }] }, { a: 'THING' }, { a: 'things' }],
  ['a wildcard', { a: [{ wildcard: 'a*c*e' }] }, { a: 'abcde' }, { a: 'abcdef' }],
  ['a wildcard with a literal star', { a: [{ wildcard: 'a\\*b' }] }, { a: 'a*b' }, { a: 'axb' }],
  ['an address range', { a: [{ cidr: '10.0.0.0/24' }] }, { a: '10.0.0.255' }, { a: '10.0.1.0' }],
  ['either branch of $or', { $or: [{ a: ['x'] }, { b: ['y'] }] }, { b: 'y' }, { b: 'x' }],
  [
    '$or beside other fields',
    { c: [1], $or: [{ a: ['x'] }, { b: ['y'] }] },
    { c: 1, a: 'x' },
    { c: 2, a: 'x' },
  ],
])('a pattern matches %s', (_what, pattern, fits, differs) => {
  expect([matches(pattern, fits), matches(pattern, differs)]).toEqual([true, false])
})

test.each([
  [{}, 'Empty patterns are not allowed'],
  [{ a: 'x' }, '"a" must be an object or an array'],
  [{ a: { b: [] } }, 'Empty arrays are not allowed at "a.b"'],
  [{ a: [{ resembles: 'x' }] }, 'Unrecognized match type resembles at "a"'],
  [{ a: [{ numeric: ['~', 1] }] }, 'Unrecognized numeric range ["~",1] at "a"'],
  [{ a: [{ cidr: '10.0.0.0' }] }, 'Malformed CIDR "10.0.0.0" at "a"'],
])('the pattern %j is refused', (pattern, reason) => {
  expect(() => compilePattern(pattern)).toThrow(reason)
})
