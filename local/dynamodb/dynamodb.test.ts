import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDynamoDb, table } from './testing/harness.ts'
import type { RunningDynamoDb } from './testing/harness.ts'

let db: RunningDynamoDb
beforeAll(async () => {
  db = await startDynamoDb([
    table('Notes', { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } }),
    table('Plain', {}),
  ])
})
afterAll(() => db.stop())

describe('items', () => {
  it('are written and read back, by name and by ARN', async () => {
    await db.call('PutItem', { TableName: 'Notes', Item: { id: { S: 'a' }, n: { N: '1' } } })
    const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/Notes'
    for (const TableName of ['Notes', arn])
      expect(await db.call('GetItem', { TableName, Key: { id: { S: 'a' } } })).toEqual({
        Item: { id: { S: 'a' }, n: { N: '1' } },
      })
  })
})
