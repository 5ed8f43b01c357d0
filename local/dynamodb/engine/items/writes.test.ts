import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Input } from '../../../aws/service.ts'
import { fakeClock } from '../../../testing/clock.ts'
import { startDynamoDb, table } from '../../testing/harness.ts'
import type { RunningDynamoDb } from '../../testing/harness.ts'

const clock = fakeClock()
let db: RunningDynamoDb
beforeAll(async () => {
  const AttributeDefinitions = ['id', 'kind'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' }))
  const byKind = {
    IndexName: 'byKind',
    KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
    Projection: { ProjectionType: 'ALL' },
  }
  db = await startDynamoDb(
    [
      table('Notes', {
        AttributeDefinitions,
        GlobalSecondaryIndexes: [byKind],
        StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      }),
      table('Sums', {}),
    ],
    { clock },
  )
})
afterAll(() => db.stop())

const Key = { id: { S: 'a' } }
const put = (item: object, more: Input = {}) =>
  db.call('PutItem', { TableName: 'Notes', Item: { ...Key, ...item }, ...more })
const get = async (TableName = 'Notes') => (await db.call('GetItem', { TableName, Key })).Item

function nested(depth: number): object {
  return depth === 0 ? { S: 'leaf' } : { M: { in: nested(depth - 1) } }
}

describe('a value', () => {
  it.each<[string, object]>([
    ['an empty string', { S: '' }],
    ['an empty binary', { B: '' }],
    ['empty lists and maps', { L: [{ L: [] }, { M: {} }] }],
    ['31 levels', nested(31)],
    [
      'names that JavaScript has',
      { M: JSON.parse('{"__proto__":{"S":"a"},"constructor":{"S":"b"}}') as object },
    ],
  ])('may be %s', async (_, value) => {
    await put({ a: value })
    expect(JSON.stringify(await get())).toBe(JSON.stringify({ ...Key, a: value }))
  })

  const wrong = 'One or more parameter values were invalid: '
  it.each<[object, string]>([
    [{ SS: [] }, `${wrong}An string set  may not be empty`],
    [{ NS: [] }, `${wrong}An number set  may not be empty`],
    [{ BS: [] }, `${wrong}Binary sets should not be empty`],
    [{ L: [{ M: { x: { SS: [] } } }] }, `${wrong}An string set  may not be empty`],
    [{ SS: ['a', 'b', 'a'] }, `${wrong}Input collection [a, b, a] contains duplicates.`],
    [{ NS: ['1', '1.0'] }, 'Input collection contains duplicates'],
    [{ NULL: false }, `${wrong}Null attribute value types must have the value of true`],
    [{}, 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes'],
    [{ X: 'a' }, 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes'],
    [
      { S: 'a', N: '1' },
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    ],
    [
      nested(32),
      'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
    ],
    [{ S: 'x'.repeat(400 * 1024) }, 'Item size has exceeded the maximum allowed size'],
  ])('cannot be %.60j', async (value, message) => {
    await expect(put({ a: value })).rejects.toMatchObject({ code: 'ValidationException', message })
  })

  it.each([
    [{ S: 5 }, 'NUMBER_VALUE cannot be converted to String'],
    [{ B: 'not base64' }, 'The binary value not base64 is not base64'],
  ])('of another JSON type, %j, is no request', async (value, message) => {
    await expect(put({ a: value })).rejects.toMatchObject({ code: 'SerializationException', message })
  })
})

describe('a key', () => {
  const invalid = 'One or more parameter values were invalid: '
  const notValid = 'One or more parameter values are not valid. '
  it.each<[object, string]>([
    [{ id: undefined }, `${invalid}Missing the key id in the item`],
    [{ id: { N: '1' } }, `${invalid}Type mismatch for key id expected: S actual: N`],
    [
      { id: { S: '' } },
      `${notValid}The AttributeValue for a key attribute cannot contain an empty string value. Key: id`,
    ],
    [
      { id: { S: 'x'.repeat(2049) } },
      `${invalid}Size of hashkey has exceeded the maximum size limit of2048 bytes`,
    ],
    [
      { kind: { N: '1' } },
      `${invalid}Type mismatch for Index Key kind Expected: S Actual: N IndexName: byKind`,
    ],
    [
      { kind: { S: '' } },
      `${notValid}A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: byKind, IndexKey: kind`,
    ],
  ])('of an item cannot be as in %.50j', async (item, message) => {
    await expect(put(item)).rejects.toMatchObject({ code: 'ValidationException', message })
  })

  it.each([{}, { id: { N: '1' } }, { id: { S: 'a' }, more: { S: 'b' } }, { other: { S: 'a' } }])(
    'that is asked for must be the key of the table: %j',
    async (key) => {
      await expect(db.call('GetItem', { TableName: 'Notes', Key: key })).rejects.toMatchObject({
        message: 'The provided key element does not match the schema',
      })
    },
  )
})

describe('a put and a delete', () => {
  it('answer the item they took the place of, when asked', async () => {
    await put({ n: { N: '1' } })
    const ReturnValues = 'ALL_OLD'
    expect(await put({ n: { N: '2' } }, { ReturnValues })).toEqual({ Attributes: { ...Key, n: { N: '1' } } })
    const remove = { TableName: 'Notes', Key, ReturnValues }
    expect(await db.call('DeleteItem', remove)).toEqual({ Attributes: { ...Key, n: { N: '2' } } })
    expect(await db.call('DeleteItem', remove)).toEqual({})
    await expect(put({}, { ReturnValues: 'ALL_NEW' })).rejects.toThrow(
      'ReturnValues can only be ALL_OLD or NONE',
    )
  })

  it('whose condition fails change nothing and show the item, when asked', async () => {
    await put({ n: { N: '1' } })
    const ConditionExpression = 'attribute_not_exists(id)'
    const failed = { code: 'ConditionalCheckFailedException', message: 'The conditional request failed' }
    await expect(put({}, { ConditionExpression })).rejects.toMatchObject({ ...failed, members: {} })
    const shown = { ConditionExpression, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }
    await expect(put({}, shown)).rejects.toMatchObject({
      ...failed,
      members: { Item: { ...Key, n: { N: '1' } } },
    })
    await expect(db.call('DeleteItem', { TableName: 'Notes', Key, ...shown })).rejects.toMatchObject(failed)
    expect(await get()).toEqual({ ...Key, n: { N: '1' } })
  })

  it.each<[Input, string]>([
    [
      { TableName: undefined },
      "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null",
    ],
    [
      { TableName: 'no!' },
      "1 validation error detected: Value 'no!' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
    ],
    [{ TableName: 'None' }, 'Requested resource not found'],
    [
      { ReturnConsumedCapacity: 'ALL' },
      "1 validation error detected: Value 'ALL' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]",
    ],
    [
      { Expected: {}, ConditionExpression: 'a = b' },
      'Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}',
    ],
  ])('cannot be asked for with %j', async (more, message) => {
    await expect(put({}, more)).rejects.toMatchObject({ message })
  })

  it('tell the units they would take', async () => {
    const more = { kind: { S: 'k' }, text: { S: 'x'.repeat(1500) } }
    expect(await put(more, { ReturnConsumedCapacity: 'INDEXES' })).toEqual({
      ConsumedCapacity: {
        TableName: 'Notes',
        CapacityUnits: 4,
        Table: { CapacityUnits: 2 },
        GlobalSecondaryIndexes: { byKind: { CapacityUnits: 2 } },
      },
    })
  })
})

describe('a batch', () => {
  const write = (requests: unknown[]) => db.call('BatchWriteItem', { RequestItems: { Sums: requests } })
  const PutRequest = (id: string) => ({ PutRequest: { Item: { id: { S: id } } } })
  const DeleteRequest = (id: string) => ({ DeleteRequest: { Key: { id: { S: id } } } })
  const read = async (...ids: string[]) =>
    (
      await db.call('BatchGetItem', {
        RequestItems: { Sums: { Keys: ids.map((id) => ({ id: { S: id } })) } },
      })
    ).Responses

  it('writes and reads many items', async () => {
    expect(await write(['1', '2', '3'].map(PutRequest))).toEqual({ UnprocessedItems: {} })
    await write([DeleteRequest('2'), PutRequest('4')])
    expect(await read('1', '2', '4')).toEqual({ Sums: [{ id: { S: '1' } }, { id: { S: '4' } }] })
  })

  it('is refused whole when one of it is wrong', async () => {
    const many = Array.from({ length: 26 }, (_, index) => PutRequest(`many ${index}`))
    await expect(write(many)).rejects.toThrow('Member must have length less than or equal to 25')
    await expect(write([])).rejects.toThrow('Member must have length greater than or equal to 1')
    await expect(write([PutRequest('new'), DeleteRequest('new')])).rejects.toThrow(
      'Provided list of item keys contains duplicates',
    )
    await expect(write([PutRequest('new'), PutRequest('')])).rejects.toThrow(
      'cannot contain an empty string value',
    )
    expect(await read('new')).toEqual({ Sums: [] })
    await expect(read('1', '1')).rejects.toThrow('Provided list of item keys contains duplicates')
    await expect(read(...Array.from({ length: 101 }, (_, index) => String(index)))).rejects.toThrow(
      "1 validation error detected: Value at 'RequestItems.Sums.member.Keys' failed to satisfy constraint: Member must have length less than or equal to 100",
    )
    await expect(db.call('BatchWriteItem', { RequestItems: {} })).rejects.toThrow(
      'The requestItems parameter is required for BatchWriteItem',
    )
  })
})

describe('a transaction', () => {
  const transact = (TransactItems: unknown[], more: Input = {}) =>
    db.call('TransactWriteItems', { TransactItems, ...more })
  const Put = (id: string, more: object = {}) => ({
    Put: { TableName: 'Notes', Item: { id: { S: id } }, ...more },
  })
  const count = {
    Update: {
      TableName: 'Sums',
      Key,
      UpdateExpression: 'ADD n :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    },
  }
  const reasons = (...codes: string[]) => ({
    code: 'TransactionCanceledException',
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    members: { CancellationReasons: codes.map((Code) => expect.objectContaining({ Code }) as unknown) },
  })

  it('is cancelled whole, with a reason for each of its items in their order', async () => {
    await put({ n: { N: '1' } })
    const ConditionExpression = 'attribute_not_exists(id)'
    const items = [
      Put('new'),
      Put('a', { ConditionExpression, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
      { Update: { TableName: 'Sums', Key, UpdateExpression: 'SET n = absent' } },
      { Delete: { TableName: 'Notes', Key: { id: { N: '1' } } } },
      { ConditionCheck: { TableName: 'Sums', Key: { id: { S: 'b' } }, ConditionExpression } },
    ]
    await expect(transact(items)).rejects.toMatchObject({
      ...reasons('None', 'ConditionalCheckFailed', 'ValidationError', 'ValidationError', 'None'),
      members: {
        CancellationReasons: [
          { Code: 'None' },
          {
            Code: 'ConditionalCheckFailed',
            Message: 'The conditional request failed',
            Item: { ...Key, n: { N: '1' } },
          },
          { Message: 'The provided expression refers to an attribute that does not exist in the item' },
          { Message: 'The provided key element does not match the schema' },
          { Code: 'None' },
        ],
      },
    })
    expect(await db.call('GetItem', { TableName: 'Notes', Key: { id: { S: 'new' } } })).toEqual({})
  })

  it('is carried out once for a token, for ten minutes', async () => {
    await db.call('DeleteItem', { TableName: 'Sums', Key })
    const ClientRequestToken = 'token'
    for (const minutes of [0, 1, 8]) {
      await clock.advance(minutes * 60_000)
      await transact([count], { ClientRequestToken })
    }
    expect(await get('Sums')).toEqual({ ...Key, n: { N: '1' } })
    await expect(transact([Put('other')], { ClientRequestToken })).rejects.toMatchObject({
      code: 'IdempotentParameterMismatchException',
    })
    await clock.advance(60_000)
    await transact([count], { ClientRequestToken })
    expect(await get('Sums')).toEqual({ ...Key, n: { N: '2' } })
  })

  it('that was cancelled may be tried again under its token', async () => {
    await db.call('DeleteItem', { TableName: 'Sums', Key })
    const ConditionExpression = 'attribute_exists(n)'
    const items = [{ Update: { ...count.Update, ConditionExpression } }]
    const again = { ClientRequestToken: 'again' }
    await expect(transact(items, again)).rejects.toMatchObject(reasons('ConditionalCheckFailed'))
    await db.call('PutItem', { TableName: 'Sums', Item: { ...Key, n: { N: '1' } } })
    await transact(items, again)
    expect(await get('Sums')).toEqual({ ...Key, n: { N: '2' } })
  })

  it.each<[unknown[], string]>([
    [
      [],
      "1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [[Put('x'), Put('x')], 'Transaction request cannot include multiple operations on one item'],
    [[{ ...Put('x'), ...count }], 'TransactItems can only contain one of Check, Put, Update or Delete'],
    [[{}], 'TransactItems can only contain one of Check, Put, Update or Delete'],
    [
      [Put('x', { ConditionExpression: 'a = :' })],
      'Invalid ConditionExpression: Syntax error; token: ":", near: "= :"',
    ],
    [[Put('x', { TableName: 'None' })], 'Requested resource not found'],
    [
      Array.from({ length: 11 }, (_, index) =>
        Put('x', { Item: { id: { S: String(index) }, a: { S: 'x'.repeat(399_000) } } }),
      ),
      'Transaction size exceeds the limit of 4 MB',
    ],
  ])('cannot be %.70j', async (items, message) => {
    await expect(transact(items)).rejects.toMatchObject({ message })
  })

  it('that reads answers in order, with nothing for what is not there', async () => {
    await put({ n: { N: '1' }, m: { N: '2' } })
    const Get = (id: string, more: object = {}) => ({
      Get: { TableName: 'Notes', Key: { id: { S: id } }, ...more },
    })
    const read = (TransactItems: unknown[]) => db.call('TransactGetItems', { TransactItems })
    expect(await read([Get('none'), Get('a', { ProjectionExpression: 'm' })])).toEqual({
      Responses: [{}, { Item: { m: { N: '2' } } }],
    })
    await expect(read([Get('a'), Get('a')])).rejects.toThrow('cannot include multiple operations on one item')
    await expect(read([Get('a'), { Get: { TableName: 'Notes', Key: {} } }])).rejects.toMatchObject(
      reasons('None', 'ValidationError'),
    )
  })
})
