import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Input } from '../../aws/service.ts'
import { startDynamoDb, table } from '../testing/harness.ts'
import type { RunningDynamoDb } from '../testing/harness.ts'

let db: RunningDynamoDb
beforeAll(async () => void (db = await startDynamoDb([table('Notes', {})])))
afterAll(() => db.stop())

const Key = { id: { S: 'a' } }
const one = { TableName: 'Notes', Key }
const S = (text: string) => ({ S: text })
const N = (number: number) => ({ N: String(number) })
const put = (item: object, more: Input = {}) =>
  db.call('PutItem', { TableName: 'Notes', Item: { ...Key, ...item }, ...more })

it('Expected is a condition', async () => {
  await put({ a: N(1), s: S('text') })
  const of = async (Expected: object, more: Input = {}) =>
    await put({ a: N(1), s: S('text') }, { Expected, ...more }).then(
      () => true,
      (error: unknown) => {
        const { code, message } = error as { code: string; message: string }
        return code === 'ConditionalCheckFailedException' ? false : message
      },
    )
  expect(await of({ a: { Value: N(1) } })).toBe(true)
  expect(await of({ a: { Value: N(2) } })).toBe(false)
  expect(await of({ a: { Exists: false } })).toBe(false)
  expect(await of({ a: { ComparisonOperator: 'BETWEEN', AttributeValueList: [N(0), N(3)] } })).toBe(true)
  expect(await of({ s: { ComparisonOperator: 'NOT_CONTAINS', AttributeValueList: [S('ex')] } })).toBe(false)
  const either = {
    a: { Value: N(2) },
    s: { ComparisonOperator: 'IN', AttributeValueList: [S('x'), S('text')] },
  }
  expect(await of(either)).toBe(false)
  expect(await of(either, { ConditionalOperator: 'OR' })).toBe(true)
  const wrong = 'One or more parameter values were invalid: '
  expect(await of({ a: { Exists: true } })).toBe(
    `${wrong}Value must be provided when Exists is true for Attribute: a`,
  )
  expect(await of({ a: { ComparisonOperator: 'EQ', AttributeValueList: [] } })).toBe(
    `${wrong}Invalid number of argument(s) for the EQ ComparisonOperator`,
  )
})

it('AttributeUpdates is an update', async () => {
  await put({ a: N(1), gone: N(1), set: { SS: ['x', 'y'] }, list: { L: [N(1)] } })
  await db.call('UpdateItem', {
    ...one,
    AttributeUpdates: {
      a: { Action: 'ADD', Value: N(2) },
      gone: { Action: 'DELETE' },
      set: { Action: 'DELETE', Value: { SS: ['x'] } },
      list: { Action: 'ADD', Value: { L: [N(2)] } },
      name: { Value: S('new') },
    },
  })
  expect((await db.call('GetItem', one)).Item).toEqual({
    ...Key,
    a: N(3),
    set: { SS: ['y'] },
    list: { L: [N(1), N(2)] },
    name: S('new'),
  })
})

it('KeyConditions, QueryFilter, ScanFilter and AttributesToGet read as expressions do', async () => {
  await put({ a: N(1), b: N(2) })
  const EQ = (value: object) => ({ ComparisonOperator: 'EQ', AttributeValueList: [value] })
  const query = { TableName: 'Notes', KeyConditions: { id: EQ(S('a')) } }
  expect(
    (await db.call('Query', { ...query, QueryFilter: { a: EQ(N(1)) }, AttributesToGet: ['b'] })).Items,
  ).toEqual([{ b: N(2) }])
  expect((await db.call('Query', { ...query, QueryFilter: { a: EQ(N(2)) } })).Items).toEqual([])
  const scan = { TableName: 'Notes', ScanFilter: { b: { ComparisonOperator: 'NOT_NULL' } } }
  expect((await db.call('Scan', scan)).Count).toBe(1)
  const batch = { RequestItems: { Notes: { Keys: [Key], AttributesToGet: ['a'] } } }
  expect((await db.call('BatchGetItem', batch)).Responses).toEqual({ Notes: [{ a: N(1) }] })
})
