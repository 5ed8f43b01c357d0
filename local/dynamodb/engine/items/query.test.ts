import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Input } from '../../../aws/service.ts'
import { startDynamoDb, table } from '../../testing/harness.ts'
import type { RunningDynamoDb } from '../../testing/harness.ts'

let db: RunningDynamoDb
const attribute = (name: string, AttributeType = 'S') => ({ AttributeName: name, AttributeType })
const keys = (...names: string[]) =>
  names.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' }))

beforeAll(async () => {
  db = await startDynamoDb([
    table('Notes', {
      AttributeDefinitions: [attribute('id'), attribute('part'), attribute('kind'), attribute('score', 'N')],
      KeySchema: keys('id', 'part'),
      GlobalSecondaryIndexes: [
        { IndexName: 'byKind', KeySchema: keys('kind', 'score'), Projection: { ProjectionType: 'ALL' } },
        {
          IndexName: 'thin',
          KeySchema: keys('kind'),
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a'] },
        },
      ],
      LocalSecondaryIndexes: [
        { IndexName: 'byScore', KeySchema: keys('id', 'score'), Projection: { ProjectionType: 'KEYS_ONLY' } },
      ],
    }),
    table('Binary', {
      AttributeDefinitions: [attribute('id', 'N'), attribute('part', 'B')],
      KeySchema: keys('id', 'part'),
    }),
  ])
  for (const part of parts)
    await db.call('PutItem', {
      TableName: 'Notes',
      Item: {
        id: { S: 'a' },
        part: { S: part },
        score: { N: String(part.length) },
        a: { N: '1' },
        b: { N: '2' },
      },
    })
  for (const [at, kind] of ['x', 'x', 'y', 'x'].entries())
    await db.call('PutItem', {
      TableName: 'Notes',
      Item: {
        id: { S: 'b' },
        part: { S: String(at) },
        kind: { S: kind },
        score: { N: String(10 - at) },
        a: { N: '1' },
        b: { N: '2' },
      },
    })
  for (const B of ['/w==', 'AA==', 'AQ==', 'AQI=', 'AQIA'])
    await db.call('PutItem', { TableName: 'Binary', Item: { id: { N: '1.0' }, part: { B } } })
})
afterAll(() => db.stop())

/** In the order of their UTF-8, which is not that of JavaScript. */
const parts = ['A', 'a', 'ab', 'abc', 'b', 'é', '\uffff', '😀']

const query = (condition: string, values: object, more: Input = {}) =>
  db.call('Query', {
    TableName: 'Notes',
    KeyConditionExpression: condition,
    ExpressionAttributeValues: values,
    ...more,
  })
const S = (text: string) => ({ S: text })
const partsOf = (answer: Input) => (answer.Items as { part: { S: string } }[]).map(({ part }) => part.S)

describe('a query', () => {
  it.each<[string, string[], string[]]>([
    ['', [], parts],
    ['AND part = :b', ['ab'], ['ab']],
    ['AND part < :b', ['ab'], ['A', 'a']],
    ['AND part <= :b', ['ab'], ['A', 'a', 'ab']],
    ['AND part > :b', ['b'], ['é', '\uffff', '😀']],
    ['AND :b <= part', ['b'], ['b', 'é', '\uffff', '😀']],
    ['AND part BETWEEN :b AND :c', ['a', 'ab'], ['a', 'ab']],
    ['AND begins_with(part, :b)', ['a'], ['a', 'ab', 'abc']],
    ['AND begins_with(part, :b)', ['\uffff'], ['\uffff']],
  ])('with %s %j answers %j', async (sort, [b, c], expected) => {
    const values = {
      ':a': S('a'),
      ...(b !== undefined && { ':b': S(b) }),
      ...(c !== undefined && { ':c': S(c) }),
    }
    expect(partsOf(await query(`id = :a ${sort}`, values))).toEqual(expected)
    const backward = await query(`id = :a ${sort}`, values, { ScanIndexForward: false })
    expect(partsOf(backward)).toEqual([...expected].reverse())
  })

  it('orders binary keys by their bytes, and finds the partition by any way to write its number', async () => {
    const { Items } = await query('id = :a', { ':a': { N: '1e0' } }, { TableName: 'Binary' })
    expect((Items as { part: { B: string } }[]).map(({ part }) => part.B)).toEqual([
      'AA==',
      'AQ==',
      'AQI=',
      'AQIA',
      '/w==',
    ])
    const some = { ':a': { N: '1' }, ':p': { B: 'AQI=' } }
    expect(await query('id = :a AND begins_with(part, :p)', some, { TableName: 'Binary' })).toMatchObject({
      Count: 2,
    })
  })

  it.each([1, 2, 3, 8])('goes on from page to page of %i, forward and backward', async (Limit) => {
    for (const ScanIndexForward of [true, false]) {
      const all: string[] = []
      let ExclusiveStartKey: unknown
      do {
        const more = {
          Limit,
          ScanIndexForward,
          ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
        }
        const answer = await query('id = :a', { ':a': S('a') }, more)
        expect(answer.Count).toBeLessThanOrEqual(Limit)
        all.push(...partsOf(answer))
        ExclusiveStartKey = answer.LastEvaluatedKey
      } while (ExclusiveStartKey !== undefined)
      expect(all).toEqual(ScanIndexForward ? parts : [...parts].reverse())
    }
  })

  it('counts what it looked at, and filters after the limit', async () => {
    const more = { FilterExpression: 'score = :r', Limit: 3 }
    const answer = await query('id = :a', { ':a': S('a'), ':r': { N: '2' } }, more)
    expect(answer).toMatchObject({
      Count: 1,
      ScannedCount: 3,
      LastEvaluatedKey: { id: S('a'), part: S('ab') },
    })
    const count = await query('id = :a', { ':a': S('a') }, { Select: 'COUNT' })
    expect(count).toEqual({ Count: 8, ScannedCount: 8 })
  })

  it('reads at most about a megabyte at once', async () => {
    for (let at = 0; at < 5; at++)
      await db.call('PutItem', {
        TableName: 'Notes',
        Item: { id: S('big'), part: S(String(at)), text: S('x'.repeat(300_000)) },
      })
    const first = await query('id = :a', { ':a': S('big') }, { ProjectionExpression: 'part' })
    expect(first).toMatchObject({ Count: 4, LastEvaluatedKey: { part: S('3') } })
    const ExclusiveStartKey = first.LastEvaluatedKey
    expect(partsOf(await query('id = :a', { ':a': S('big') }, { ExclusiveStartKey }))).toEqual(['4'])
  })
})

describe('an index', () => {
  it('has what has its key, sorted by it, with the attributes it is made for', async () => {
    const byKind = await query(
      'kind = :k AND score > :r',
      { ':k': S('x'), ':r': { N: '1' } },
      { IndexName: 'byKind' },
    )
    expect(partsOf(byKind)).toEqual(['3', '1', '0'])
    expect((byKind.Items as unknown[])[0]).toHaveProperty('b')
    const thin = await query('kind = :k', { ':k': S('y') }, { IndexName: 'thin' })
    expect(thin.Items).toEqual([{ id: S('b'), part: S('2'), kind: S('y'), a: { N: '1' } }])
    const byScore = await query(
      'id = :a AND score = :r',
      { ':a': S('a'), ':r': { N: '3' } },
      { IndexName: 'byScore' },
    )
    expect(byScore.Items).toEqual([{ id: S('a'), part: S('abc'), score: { N: '3' } }])
  })

  it('goes on from its own key and that of the item', async () => {
    const seen: string[] = []
    let ExclusiveStartKey: unknown
    do {
      const more = {
        IndexName: 'byScore',
        Limit: 2,
        ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
      }
      const answer = await query('id = :a', { ':a': S('a') }, more)
      seen.push(...partsOf(answer))
      ExclusiveStartKey = answer.LastEvaluatedKey
      if (ExclusiveStartKey) expect(Object.keys(ExclusiveStartKey).sort()).toEqual(['id', 'part', 'score'])
    } while (ExclusiveStartKey !== undefined)
    expect([...seen].sort()).toEqual([...parts].sort())
  })

  it('follows its items', async () => {
    const Key = { id: S('moving'), part: S('1') }
    const of = async (kind: string) =>
      (await query('kind = :k', { ':k': S(kind) }, { IndexName: 'thin' })).Count
    const set = (UpdateExpression: string, values?: object) =>
      db.call('UpdateItem', { TableName: 'Notes', Key, UpdateExpression, ExpressionAttributeValues: values })
    await set('SET kind = :k', { ':k': S('m') })
    await set('SET a = :k', { ':k': S('m') })
    expect([await of('m'), await of('n')]).toEqual([1, 0])
    await set('SET kind = :k', { ':k': S('n') })
    expect([await of('m'), await of('n')]).toEqual([0, 1])
    await set('REMOVE kind')
    expect([await of('m'), await of('n')]).toEqual([0, 0])
    await set('SET kind = :k', { ':k': S('m') })
    await db.call('DeleteItem', { TableName: 'Notes', Key })
    expect(await of('m')).toBe(0)
  })

  it('of one table reads what it does not have from the table, a global one refuses', async () => {
    const all = await query(
      'id = :a AND score = :r',
      { ':a': S('a'), ':r': { N: '3' } },
      { IndexName: 'byScore', Select: 'ALL_ATTRIBUTES' },
    )
    expect((all.Items as unknown[])[0]).toHaveProperty('b')
    const thin = (more: Input) => query('kind = :k', { ':k': S('y') }, { IndexName: 'thin', ...more })
    await expect(thin({ Select: 'ALL_ATTRIBUTES' })).rejects.toThrow(
      'One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index thin because its projection type is not ALL',
    )
    await expect(thin({ ProjectionExpression: 'b' })).rejects.toThrow(
      'One or more parameter values were invalid: Global secondary index thin does not project [b]',
    )
    await expect(thin({ FilterExpression: 'attribute_exists(b)' })).rejects.toThrow(
      'One or more parameter values were invalid: Secondary index thin does not project one or more filter attributes: [b]',
    )
    await expect(thin({ ConsistentRead: true })).rejects.toThrow(
      'Consistent reads are not supported on global secondary indexes',
    )
  })
})

describe('a query that cannot be meant so is refused', () => {
  it.each<[string, object, Input, string]>([
    ['part = :a', { ':a': S('a') }, {}, 'Query condition missed key schema element: id'],
    ['id = :a AND b = :a', { ':a': S('a') }, {}, 'Query condition missed key schema element: part'],
    ['id > :a', { ':a': S('a') }, {}, 'Query key condition not supported'],
    [
      'id = :a',
      { ':a': { N: '1' } },
      {},
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
    ],
    ['id = :a OR part = :a', { ':a': S('a') }, {}, 'Invalid operator used in KeyConditionExpression: OR'],
    [
      'id = :a AND contains(part, :a)',
      { ':a': S('a') },
      {},
      'Invalid operator used in KeyConditionExpression: contains',
    ],
    [
      'id = :a AND id = :a',
      { ':a': S('a') },
      {},
      'KeyConditionExpressions must only contain one condition per key',
    ],
    [
      'id.x = :a',
      { ':a': S('a') },
      {},
      'KeyConditionExpressions cannot have conditions on nested attributes',
    ],
    [
      'id = part',
      {},
      {},
      'Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition',
    ],
    [
      'id = :a',
      { ':a': S('a') },
      { FilterExpression: 'part = id' },
      'Filter Expression can only contain non-primary key attributes: Primary key attribute: id',
    ],
    ['id = :a', { ':a': S('a') }, { IndexName: 'none' }, 'The table does not have the specified index: none'],
    [
      'id = :a',
      { ':a': S('a') },
      { ExclusiveStartKey: { id: S('a') } },
      'The provided starting key is invalid: The provided key element does not match the schema',
    ],
    [
      'id = :a',
      { ':a': S('a') },
      { ExclusiveStartKey: { id: S('b'), part: S('0') } },
      'The provided starting key is outside query boundaries based on provided conditions',
    ],
    [
      'id = :a AND part > :a',
      { ':a': S('a') },
      { ExclusiveStartKey: { id: S('a'), part: S('A') } },
      'The provided starting key does not match the range key predicate',
    ],
    [
      'id = :a',
      { ':a': S('a') },
      { Select: 'COUNT', ProjectionExpression: 'id' },
      'Cannot specify the ProjectionExpression when choosing to get only the Count',
    ],
    [
      'id = :a',
      { ':a': S('a') },
      { Select: 'ALL_PROJECTED_ATTRIBUTES' },
      'ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName',
    ],
  ])('%s %j %j', async (condition, values, more, message) => {
    const given = Object.keys(values).length === 0 ? { ExpressionAttributeValues: undefined } : {}
    await expect(query(condition, values, { ...more, ...given })).rejects.toMatchObject({
      code: 'ValidationException',
      message,
    })
  })
})

describe('a scan', () => {
  it('of segments sees everything once', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `scan-${index}`)
    for (const id of ids) await db.call('PutItem', { TableName: 'Notes', Item: { id: S(id), part: S('s') } })
    const seen: string[] = []
    for (let Segment = 0; Segment < 4; Segment++) {
      let ExclusiveStartKey: unknown
      let found = 0
      do {
        const answer = await db.call('Scan', {
          TableName: 'Notes',
          Segment,
          TotalSegments: 4,
          Limit: 7,
          ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
        })
        const items = answer.Items as { id: { S: string } }[]
        seen.push(...items.map(({ id }) => id.S).filter((id) => id.startsWith('scan-')))
        found += items.length
        ExclusiveStartKey = answer.LastEvaluatedKey
      } while (ExclusiveStartKey !== undefined)
      expect(found).toBeGreaterThan(3)
    }
    expect(seen.sort()).toEqual(ids.sort())
  })

  it.each<[object, string]>([
    [
      { Segment: 0 },
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    ],
    [
      { Segment: 5, TotalSegments: 5 },
      'The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 5 is not less than TotalSegments: 5',
    ],
    [
      { Limit: 0 },
      "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
  ])('with %j is refused', async (more, message) => {
    await expect(db.call('Scan', { TableName: 'Notes', ...more })).rejects.toMatchObject({ message })
  })
})
