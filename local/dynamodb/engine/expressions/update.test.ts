import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Input } from '../../../aws/service.ts'
import { startDynamoDb, table } from '../../testing/harness.ts'
import type { RunningDynamoDb } from '../../testing/harness.ts'

let db: RunningDynamoDb
beforeAll(async () => {
  const AttributeDefinitions = ['id', 'kind'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' }))
  const byKind = {
    IndexName: 'byKind',
    KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
    Projection: { ProjectionType: 'ALL' },
  }
  db = await startDynamoDb([table('Notes', { AttributeDefinitions, GlobalSecondaryIndexes: [byKind] })])
})
afterAll(() => db.stop())

const Key = { id: { S: 'a' } }
const N = (...numbers: (number | string)[]) => ({ L: numbers.map((each) => ({ N: String(each) })) })

/** What an item is after an update; `before` undefined: it was not there. */
async function after(
  before: object | undefined,
  UpdateExpression: string,
  values: object = {},
  more: Input = {},
) {
  await db.call('DeleteItem', { TableName: 'Notes', Key })
  if (before) await db.call('PutItem', { TableName: 'Notes', Item: { ...Key, ...before } })
  const answer = await db.call('UpdateItem', {
    TableName: 'Notes',
    Key,
    UpdateExpression,
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
    ...more,
  })
  const { id, ...rest } = (await db.call('GetItem', { TableName: 'Notes', Key })).Item as Input
  expect(id).toEqual(Key.id)
  return { rest, attributes: answer.Attributes }
}

describe('an update', () => {
  it.each<[string, object | undefined, string, object, object]>([
    ['makes the item', undefined, 'SET n = :v', { ':v': { N: '1' } }, { n: { N: '1' } }],
    ['copies', { n: { N: '1' } }, 'SET m = n', {}, { n: { N: '1' }, m: { N: '1' } }],
    [
      'sees the item as it was before',
      { a: { N: '1' }, b: { N: '2' } },
      'SET a = b, b = a',
      {},
      { a: { N: '2' }, b: { N: '1' } },
    ],
    ['adds and removes of one', { a: { N: '1' } }, 'SET b = a REMOVE a', {}, { b: { N: '1' } }],
    [
      'reckons exactly',
      { n: { N: '0.1' } },
      'SET n = n + :v, m = :w - n',
      { ':v': { N: '0.2' }, ':w': { N: '12345678901234567890' } },
      { n: { N: '0.3' }, m: { N: '12345678901234567889.9' } },
    ],
    [
      'takes a default',
      { n: { N: '5' } },
      'SET n = if_not_exists(n, :z) + :v, m = if_not_exists(m, :z) + :v',
      { ':z': { N: '0' }, ':v': { N: '1' } },
      { n: { N: '6' }, m: { N: '1' } },
    ],
    [
      'appends to lists',
      { l: N(1) },
      'SET l = list_append(l, :v), k = list_append(if_not_exists(k, :e), :v)',
      { ':v': N(2), ':e': N() },
      { l: N(1, 2), k: N(2) },
    ],
    ['adds to what is not there', undefined, 'ADD n :v', { ':v': { N: '-3' } }, { n: { N: '-3' } }],
    [
      'adds to numbers and sets',
      { n: { N: '1' }, s: { SS: ['a'] } },
      'ADD n :v, s :s',
      { ':v': { N: '1.50' }, ':s': { SS: ['a', 'b'] } },
      { n: { N: '2.5' }, s: { SS: ['a', 'b'] } },
    ],
    [
      'deletes from sets',
      { s: { NS: ['1', '2'] } },
      'DELETE s :v',
      { ':v': { NS: ['2.0', '7'] } },
      { s: { NS: ['1'] } },
    ],
    ['leaves no empty set', { s: { SS: ['a'] } }, 'DELETE s :v', { ':v': { SS: ['a'] } }, {}],
    ['deletes nothing from nothing', {}, 'DELETE s :v', { ':v': { SS: ['a'] } }, {}],
    [
      'reaches into documents',
      { m: { M: { l: N(1, 2), x: { N: '1' } } } },
      'SET m.l[1] = :v, m.y = :v REMOVE m.x',
      { ':v': { N: '9' } },
      { m: { M: { l: N(1, 9), y: { N: '9' } } } },
    ],
    [
      'counts list elements as they were before',
      { l: N(2, 3, 4, 5, 6, 7) },
      'REMOVE l[1], l[17] SET l[3] = :v',
      { ':v': { N: '17' } },
      { l: N(2, 4, 17, 6, 7) },
    ],
    [
      'puts what is beyond the end of a list at its end, in order',
      { l: N(1) },
      'SET l[84] = :a, l[37] = :b, l[1] = :c',
      { ':a': { N: '4' }, ':b': { N: '3' }, ':c': { N: '2' } },
      { l: N(1, 2, 3, 4) },
    ],
    ['removes what is not there', {}, 'REMOVE a', {}, {}],
    ['removes any path of no item', undefined, 'REMOVE a.b, c[1]', {}, {}],
    [
      'takes a name that JavaScript has',
      {},
      'SET valueOf = :v',
      { ':v': { N: '1' } },
      { valueOf: { N: '1' } },
    ],
    ['knows its words in any case', {}, 'set a = :v', { ':v': { N: '1' } }, { a: { N: '1' } }],
  ])('%s', async (_, before, expression, values, expected) => {
    expect((await after(before, expression, values)).rest).toEqual(expected)
  })

  it.each<[string, object, string]>([
    ['', {}, 'Invalid UpdateExpression: The expression can not be empty;'],
    [
      'INVALID SYNTAX HERE',
      {},
      'Invalid UpdateExpression: Syntax error; token: "INVALID", near: "INVALID SYNTAX"',
    ],
    [
      'SET a = :v,',
      { ':v': { N: '1' } },
      'Invalid UpdateExpression: Syntax error; token: "<EOF>", near: ","',
    ],
    [
      'SET a = :v + :v + :v',
      { ':v': { N: '1' } },
      'Invalid UpdateExpression: Syntax error; token: "+", near: ":v + :v"',
    ],
    [
      'SET a = :v SET b = :v',
      { ':v': { N: '1' } },
      'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
    ],
    ['SET a = f(b)', {}, 'Invalid UpdateExpression: Invalid function name; function: f'],
    [
      'SET a = if_not_exists(:v, b)',
      { ':v': { N: '1' } },
      'Invalid UpdateExpression: Operator or function requires a document path; operator or function: if_not_exists',
    ],
    [
      'SET a = list_append(:v, b)',
      { ':v': { N: '1' } },
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: list_append, operand type: N',
    ],
    [
      'SET a = list_append(list_append(b, c), b)',
      {},
      'Invalid UpdateExpression: The function is not allowed to be used this way in an expression; function: list_append',
    ],
    [
      'SET a = b + :v',
      { ':v': { S: '1' } },
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: S',
    ],
    [
      'ADD a :v',
      { ':v': { S: '1' } },
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING',
    ],
    [
      'DELETE a :v',
      { ':v': { N: '1' } },
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER',
    ],
    [
      'SET a.b = :v, a.b.c = :v',
      { ':v': { N: '1' } },
      'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, b, c]',
    ],
    [
      'SET a.b = :v, a[1] = :v',
      { ':v': { N: '1' } },
      'Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [1]]',
    ],
    [
      'SET id = :v',
      { ':v': { S: '1' } },
      'One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key',
    ],
    [
      'REMOVE id',
      {},
      'One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key',
    ],
    ['SET a = absent', {}, 'The provided expression refers to an attribute that does not exist in the item'],
    [
      'SET a = word + :v',
      { ':v': { N: '1' } },
      'An operand in the update expression has an incorrect data type',
    ],
    ['ADD word :v', { ':v': { N: '1' } }, 'An operand in the update expression has an incorrect data type'],
    [
      'SET word.a = :v',
      { ':v': { N: '1' } },
      'The document path provided in the update expression is invalid for update',
    ],
    ['REMOVE absent.a', {}, 'The document path provided in the update expression is invalid for update'],
    [
      'SET kind = :v',
      { ':v': { N: '1' } },
      'One or more parameter values were invalid: Type mismatch for Index Key kind Expected: S Actual: N IndexName: byKind',
    ],
    [
      'SET kind = :v',
      { ':v': { S: '' } },
      'One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: byKind, IndexKey: kind',
    ],
    [
      'SET a = :v',
      { ':v': { S: 'x'.repeat(409_600) } },
      'Item size to update has exceeded the maximum allowed size',
    ],
  ])(
    'that is mistaken is refused in the words of AWS, and changes nothing: %s',
    async (expression, values, message) => {
      const before = { word: { S: 'word' } }
      await expect(after(before, expression, values)).rejects.toMatchObject({
        code: 'ValidationException',
        message,
      })
      expect((await db.call('GetItem', { TableName: 'Notes', Key })).Item).toEqual({ ...Key, ...before })
    },
  )

  it.each<[string, object | undefined]>([
    ['NONE', undefined],
    ['ALL_OLD', { ...Key, a: { N: '1' }, m: { M: { x: { N: '1' }, y: { N: '2' } } } }],
    ['ALL_NEW', { ...Key, a: { N: '2' }, m: { M: { x: { N: '5' }, y: { N: '2' } } } }],
    ['UPDATED_OLD', { a: { N: '1' }, m: { M: { x: { N: '1' } } } }],
    ['UPDATED_NEW', { a: { N: '2' }, m: { M: { x: { N: '5' } } } }],
  ])('answers with ReturnValues %s', async (ReturnValues, expected) => {
    const before = { a: { N: '1' }, m: { M: { x: { N: '1' }, y: { N: '2' } } } }
    const values = { ':a': { N: '2' }, ':x': { N: '5' } }
    expect((await after(before, 'SET a = :a, m.x = :x', values, { ReturnValues })).attributes).toEqual(
      expected,
    )
  })

  it('answers nothing of the old item when there was none', async () => {
    for (const ReturnValues of ['ALL_OLD', 'UPDATED_OLD'])
      expect(
        (await after(undefined, 'SET a = :a', { ':a': { N: '2' } }, { ReturnValues })).attributes,
      ).toBeUndefined()
  })
})

describe('a projection', () => {
  const item = {
    ...Key,
    a: { N: '1' },
    l: N(0, 1, 2, 3),
    m: { M: { x: { M: { y: { N: '1' }, z: { N: '2' } } } } },
  }
  const get = async (ProjectionExpression: string, ExpressionAttributeNames?: object) => {
    await db.call('PutItem', { TableName: 'Notes', Item: item })
    return (
      await db.call('GetItem', { TableName: 'Notes', Key, ProjectionExpression, ExpressionAttributeNames })
    ).Item
  }

  it('answers only what it names, list elements moved together', async () => {
    expect(await get('a, absent')).toEqual({ a: { N: '1' } })
    expect(await get('l[3], l[1], l[9], m.x.z')).toEqual({
      l: N(1, 3),
      m: { M: { x: { M: { z: { N: '2' } } } } },
    })
    expect(await get('#a.x.y', { '#a': 'm' })).toEqual({ m: { M: { x: { M: { y: { N: '1' } } } } } })
    expect(await get('absent')).toEqual({})
  })

  it('that is mistaken is refused', async () => {
    await expect(get('m.x, m.x.y')).rejects.toThrow(
      'Invalid ProjectionExpression: Two document paths overlap',
    )
    await expect(get('a,')).rejects.toThrow(
      'Invalid ProjectionExpression: Syntax error; token: "<EOF>", near: ","',
    )
    await expect(get('size')).rejects.toThrow('Attribute name is a reserved keyword; reserved keyword: size')
  })
})
