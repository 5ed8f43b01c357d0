import { describe, expect, test } from 'vitest'
import { filterOf } from './filterPolicy.ts'

const text = (value: string) => ({ DataType: 'String', StringValue: value })
const number = (value: number) => ({ DataType: 'Number', StringValue: String(value) })
const list = (...values: unknown[]) => ({ DataType: 'String.Array', StringValue: JSON.stringify(values) })

describe('over message attributes', () => {
  test.each([
    [{ kind: ['big', 'huge'] }, { kind: text('huge') }, true],
    [{ kind: ['big'] }, { kind: text('small') }, false],
    [{ kind: ['big'] }, {}, false],
    [{ kind: ['big'], size: [1] }, { kind: text('big') }, false],
    [{ kind: ['big'] }, { kind: list('small', 'big') }, true],
    [{ kind: [{ prefix: 'bi' }] }, { kind: text('big') }, true],
    [{ kind: [{ suffix: 'ig' }] }, { kind: text('bug') }, false],
    [{ kind: [{ 'equals-ignore-case': 'BIG' }] }, { kind: text('big') }, true],
    [{ kind: [{ 'anything-but': ['big', 'huge'] }] }, { kind: text('small') }, true],
    [{ kind: [{ 'anything-but': ['big'] }] }, { kind: text('big') }, false],
    [{ kind: [{ 'anything-but': ['big'] }] }, {}, false],
    [{ kind: [{ 'anything-but': ['big'] }] }, { kind: list('big', 'small') }, false],
    [{ kind: [{ 'anything-but': { prefix: 'b' } }] }, { kind: text('big') }, false],
    [{ size: [{ numeric: ['=', 3.5] }] }, { size: number(3.5) }, true],
    [{ size: [{ numeric: ['>', 0, '<=', 5] }] }, { size: number(5) }, true],
    [{ size: [{ numeric: ['>', 0, '<', 5] }] }, { size: number(5) }, false],
    [{ size: [{ numeric: ['>', 0] }] }, { size: text('5') }, false],
    [{ size: [5] }, { size: number(5) }, true],
    [{ kind: [{ exists: true }] }, { kind: text('x') }, true],
    [{ kind: [{ exists: false }] }, { kind: text('x') }, false],
    [{ kind: [{ exists: false }] }, {}, true],
    [{ ip: [{ cidr: '10.0.0.0/24' }] }, { ip: text('10.0.0.255') }, true],
    [{ ip: [{ cidr: '10.0.0.0/24' }] }, { ip: text('10.0.1.0') }, false],
    [{ $or: [{ kind: ['big'] }, { size: [1] }] }, { size: number(1) }, true],
    [{ $or: [{ kind: ['big'] }, { size: [1] }] }, { size: number(2) }, false],
  ])('%j on %j: %s', (policy, attributes, passes) => {
    const filter = filterOf(policy, 'MessageAttributes')
    expect(filter({ message: 'x', attributes: attributes })).toBe(passes)
  })
})

describe('over the message body', () => {
  test.each([
    [{ a: { b: ['x'] } }, '{"a":{"b":"x"}}', true],
    [{ a: { b: ['x'] } }, '{"a":{"b":"y"}}', false],
    [{ a: { b: ['x'] } }, '{"a":[{"b":"y"},{"b":["x"]}]}', true],
    [{ a: [true, null] }, '{"a":null}', true],
    [{ a: [{ exists: false }] }, '{"b":1}', true],
    [{ a: ['x'] }, 'no json', false],
  ])('%j on %s: %s', (policy, message, passes) => {
    expect(filterOf(policy, 'MessageBody')({ message, attributes: {} })).toBe(passes)
  })
})

test.each([
  [{ key: [['value']] }, 'Match value must be String, number, true, false, or null'],
  [{ key: [{ wildcard: 'a*' }] }, 'Unrecognized match type wildcard'],
  [{ key: [{ suffix: 'a', prefix: 'b' }] }, 'Only one key allowed in match expression'],
  [{ key: [] }, 'Empty arrays are not allowed'],
  [{ key: 'value' }, '"key" must be an object or an array'],
  [{ key: [{ suffix: 100 }] }, 'suffix match pattern must be a string'],
  [{ key: [{ exists: 'no' }] }, 'exists match pattern must be either true or false.'],
  [{ key: [{ numeric: [] }] }, 'Invalid member in numeric match: ]'],
  [{ key: [{ numeric: ['operator'] }] }, 'Unrecognized numeric range operator: operator'],
  [{ key: [{ numeric: ['=', '000'] }] }, 'Value of equals must be numeric'],
  [{ key: [{ numeric: ['<', 100, '>', 10] }] }, 'Too many elements in numeric expression'],
  [{ key: [{ numeric: ['>=', 1, '>', 2] }] }, 'Bad numeric range operator: >'],
  [{ key: [{ numeric: ['>', 3, '<', 1] }] }, 'Bottom must be less than top'],
  [{ key: [{ cidr: 'x.y/8' }] }, 'Nonstandard IP address: x.y'],
  [{ key: [{ 'anything-but': { suffix: 'x' } }] }, 'Unsupported anything-but pattern: suffix'],
  [
    { a: ['1'], b: ['1'], c: ['1'], d: ['1'], e: ['1'], f: ['1'] },
    'Filter policy can not have more than 5 keys',
  ],
  [{ a: { b: ['1'] } }, 'Filter policy scope MessageAttributes does not support nested filter policy'],
])('%j is refused', (policy, fault) => {
  expect(() => filterOf(policy, 'MessageAttributes')).toThrow(fault)
})
