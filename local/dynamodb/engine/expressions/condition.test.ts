import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDynamoDb, table } from '../../testing/harness.ts'
import type { RunningDynamoDb } from '../../testing/harness.ts'

let db: RunningDynamoDb
beforeAll(async () => {
  db = await startDynamoDb([table('Notes', {})])
  await db.call('PutItem', { TableName: 'Notes', Item: item })
})
afterAll(() => db.stop())

const item = {
  id: { S: 'a' },
  s: { S: 'hello' },
  n: { N: '7' },
  big: { N: '12345678901234567890123456789012345678' },
  bin: { B: 'AQID' },
  yes: { BOOL: true },
  nothing: { NULL: true },
  words: { SS: ['x', 'y'] },
  numbers: { NS: ['1', '2.5'] },
  things: { L: [{ S: 'x' }, { N: '1' }, { L: [{ N: '3' }] }, { NS: ['1', '2'] }] },
  doc: { M: { core: { M: { deep: { S: 'd' } } }, 'with.dot': { N: '1' } } },
}
const values = {
  ':s': { S: 'hello' },
  ':hell': { S: 'hell' },
  ':a': { S: 'a' },
  ':x': { S: 'x' },
  ':z': { S: 'z' },
  ':7': { N: '7.0' },
  ':8': { N: '8' },
  ':5': { N: '5' },
  ':3': { N: '3' },
  ':2': { N: '2' },
  ':1': { N: '1' },
  ':big': { N: '12345678901234567890123456789012345677' },
  ':b': { B: 'AQI=' },
  ':yx': { SS: ['y', 'x'] },
  ':ns': { NS: ['2', '1.0'] },
  ':yes': { BOOL: true },
  ':no': { BOOL: false },
  ':three': { L: [{ N: '3' }] },
  ':S': { S: 'S' },
  ':M': { S: 'M' },
  ':d': { S: 'd' },
}

const used = (expression: string, all: object) =>
  Object.fromEntries(Object.entries(all).filter(([name]) => new RegExp(`${name}(?!\\w)`).test(expression)))

async function holds(condition: string, names: Record<string, string> = {}): Promise<boolean> {
  const named = used(condition, names)
  const valued = used(condition, values)
  const { Count } = await db.call('Scan', {
    TableName: 'Notes',
    FilterExpression: condition,
    ...(Object.keys(named).length > 0 && { ExpressionAttributeNames: named }),
    ...(Object.keys(valued).length > 0 && { ExpressionAttributeValues: valued }),
  })
  return Count === 1
}

describe('a condition', () => {
  it.each([
    's = :s',
    'n = :7',
    'n <> :8',
    'absent <> :8',
    'absent <> another',
    'n < :8 AND n <= :7 AND n > :5 AND n >= :7',
    'big > :big',
    'words = :yx',
    ':a < s',
    'n BETWEEN :5 AND :8',
    'n between :7 and :7',
    'n IN (:8, :7)',
    's in (:8, :s)',
    'attribute_exists(s) AND attribute_not_exists(absent)',
    'attribute_exists(doc.core.deep)',
    'attribute_not_exists(doc.core.deep.er)',
    'attribute_not_exists(things[4])',
    'attribute_not_exists(s.core)',
    'attribute_not_exists(#constructor)',
    'attribute_type(s, :S) AND attribute_type(doc, :M)',
    'begins_with(s, :hell)',
    'begins_with(bin, :b)',
    'contains(s, :hell)',
    'contains(words, :x)',
    'contains(numbers, :1)',
    'contains(things, :x)',
    'contains(things, :three)',
    'contains(things, :ns)',
    'contains(bin, :b)',
    'size(s) = :5 AND size(words) = :2 AND size(bin) = :3 AND size(doc) = :2 AND size(things) > :3',
    'size(s) = :5 OR n = :8',
    'things[2][0] = :3',
    '#doc.#dot = :1',
    '#doc.core.deep = :d',
    'NOT n = :8',
    'NOT (n = :8 OR n = :5)',
    'n = :8 OR n = :7 AND s = :s',
    '(n = :8 OR n = :7) AND (s = :s)',
    '(((n = :8) OR (n = :7)) AND s = :s)',
    '(n) = (:7)',
    'yes = :yes',
    'doc.core.deep=:d AND( n=:7 )',
  ])('holds: %s', async (condition) => {
    expect(await holds(condition, { '#doc': 'doc', '#dot': 'with.dot', '#constructor': 'constructor' })).toBe(
      true,
    )
  })

  it.each([
    's = :7',
    's <> :s',
    'absent = :8',
    'absent = another',
    'absent < :8',
    's < :8',
    'yes = :no',
    'n BETWEEN absent AND :8',
    'n IN (:8, absent)',
    'NOT attribute_exists(s)',
    'contains(s, :7)',
    'contains(n, :7)',
    'contains(absent, :x)',
    'begins_with(n, :hell)',
    'begins_with(s, bin)',
    'size(n) = :1',
    'size(absent) = :1',
    'n = :7 AND NOT s = :s',
    'n = :8 OR n = :5',
    'attribute_type(s, :M)',
  ])('fails: %s', async (condition) => {
    expect(await holds(condition)).toBe(false)
  })

  it.each([
    ['', 'The expression can not be empty;'],
    ['a = ', 'Syntax error; token: "<EOF>", near: "="'],
    ['a = :s b', 'Syntax error; token: "b", near: ":s b"'],
    ['!!!', 'Syntax error; token: "!", near: "!!"'],
    ['_a = :s', 'Syntax error; token: "_", near: "_a"'],
    ['a', 'Syntax error; token: "<EOF>", near: "a"'],
    ['a IN ()', 'Syntax error; token: ")", near: "()"'],
    ['a[:s] = :s', 'Syntax error; token: ":s", near: "[:s]"'],
    ['((a = :s))', 'The expression has redundant parentheses;'],
    ['dog(a)', 'Invalid function name; function: dog'],
    ['Size(a) = :s', 'Invalid function name; function: Size'],
    ['size(a)', 'The function is not allowed to be used this way in an expression; function: size'],
    [
      'attribute_exists(a) = :s',
      'The function is not allowed to be used this way in an expression; function: attribute_exists',
    ],
    [
      'list_append(a, b) = :s',
      'The function is not allowed to be used this way in an expression; function: list_append',
    ],
    [
      'size(a, b) = :5',
      'Incorrect number of operands for operator or function; operator or function: size, number of operands: 2',
    ],
    [
      'attribute_exists(:s)',
      'Operator or function requires a document path; operator or function: attribute_exists',
    ],
    ['status = :s', 'Attribute name is a reserved keyword; reserved keyword: status'],
    ['#a = :s', 'An expression attribute name used in the document path is not defined; attribute name: #a'],
    ['a = :q', 'An expression attribute value used in expression is not defined; attribute value: :q'],
    [
      'a = a',
      'The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]',
    ],
    [
      'begins_with(a, :5)',
      'Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
    ],
    ['a < :yes', 'Incorrect operand type for operator or function; operator: <, operand type: BOOL'],
    [
      'attribute_type(a, :d)',
      'Invalid attribute type name found; type: d, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}',
    ],
    [
      'a BETWEEN :8 AND :5',
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ' +
        'lower bound operand: AttributeValue: {N:8}, upper bound operand: AttributeValue: {N:5}',
    ],
    [
      'a BETWEEN :8 AND :s',
      'The BETWEEN operator requires same data type for lower and upper bounds; ' +
        'lower bound operand: AttributeValue: {N:8}, upper bound operand: AttributeValue: {S:hello}',
    ],
  ])('that is mistaken is refused in the words of AWS: %s', async (condition, message) => {
    await expect(holds(condition)).rejects.toMatchObject({
      code: 'ValidationException',
      message: `Invalid FilterExpression: ${message}`,
    })
  })

  it('may have 300 operators and 4096 bytes, and no more', async () => {
    const many = (count: number): string => Array.from({ length: count }, () => 'n<:8').join(' OR ')
    expect(await holds(many(300))).toBe(true)
    await expect(holds(many(301))).rejects.toThrow(
      'The expression contains too many operators; operator count: 301',
    )
    const long = (bytes: number): string => `n = :7${' '.repeat(bytes - 6)}`
    expect(await holds(long(4096))).toBe(true)
    await expect(holds(long(4097))).rejects.toThrow(
      'Invalid FilterExpression: Expression size has exceeded the maximum allowed size; expression size: 4097',
    )
  })
})

describe('names and values', () => {
  const scan = (more: object) => db.call('Scan', { TableName: 'Notes', ...more })

  it.each<[object, string]>([
    [
      { FilterExpression: 's = n', ExpressionAttributeNames: { '#a': 's', '#b': 'n' } },
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}',
    ],
    [
      { FilterExpression: 's = n', ExpressionAttributeValues: { ':a': { S: '' } } },
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:a}',
    ],
    [
      { FilterExpression: 's = n', ExpressionAttributeNames: {} },
      'ExpressionAttributeNames must not be empty',
    ],
    [
      { FilterExpression: 's = n', ExpressionAttributeValues: {} },
      'ExpressionAttributeValues must not be empty',
    ],
    [
      { FilterExpression: '#a = n', ExpressionAttributeNames: { a: 's' } },
      'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"',
    ],
    [
      { FilterExpression: 's = :b', ExpressionAttributeValues: { b: { S: '' } } },
      'ExpressionAttributeValues contains invalid key: Syntax error; key: "b"',
    ],
    [
      { FilterExpression: 's = :b', ExpressionAttributeValues: { ':b': {} } },
      'ExpressionAttributeValues contains invalid value: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes for key :b',
    ],
    [
      { ExpressionAttributeNames: { '#a': 's' } },
      'ExpressionAttributeNames can only be specified when using expressions',
    ],
    [
      { ExpressionAttributeValues: { ':b': { S: '' } } },
      'ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null',
    ],
  ])('that do not fit are refused: %j', async (input, message) => {
    await expect(scan(input)).rejects.toMatchObject({ code: 'ValidationException', message })
  })
})
