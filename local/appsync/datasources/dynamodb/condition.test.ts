import { expect, test } from 'vitest'
import { AwsError } from '../../../aws/error.ts'
import { bench } from '../../runtime/testing/resolve.ts'

test('when the item may not be read, that is the error', async () => {
  const made = bench({
    dynamodb: (action) =>
      action === 'GetItem'
        ? new AwsError('AccessDeniedException', 'not authorized')
        : new AwsError('ConditionalCheckFailedException', 'failed'),
  })
  const { value } = await made.unit(
    `import { put } from '@aws-appsync/utils/dynamodb'
     export const request = (ctx) => put({ key: { id: 'a' }, item: {}, condition: { id: { attributeExists: false } } })
     export const response = (ctx) => ctx.error.type`,
    {},
    'things',
  )
  expect(value).toBe('DynamoDB:AccessDeniedException')
})

test('what a batch left undone is answered as unprocessed, with null in its place', async () => {
  const key = { id: { S: 'b' } }
  const made = bench({
    dynamodb: (action) =>
      action === 'BatchGetItem'
        ? { Responses: { t: [{ id: { S: 'a' } }] }, UnprocessedKeys: { t: { Keys: [key] } } }
        : { UnprocessedItems: { t: [{ PutRequest: { Item: key }, DeleteRequest: { Key: key } }] } },
  })
  const run = async (call: string): Promise<unknown> =>
    (
      await made.unit(
        `import * as ddb from '@aws-appsync/utils/dynamodb'\nexport const request = () => ${call}\nexport const response = (ctx) => ctx.result`,
        {},
        'things',
      )
    ).value
  const data = { t: [{ id: 'a' }, null] }
  const left = { t: [{ id: 'b' }] }
  const both = "[{ id: 'a' }, { id: 'b' }]"
  expect(await run(`ddb.batchGet({ tables: { t: { keys: ${both} } } })`)).toEqual({
    data,
    unprocessedKeys: left,
  })
  expect(await run(`ddb.batchPut({ tables: { t: ${both} } })`)).toEqual({ data, unprocessedItems: left })
  expect(await run(`ddb.batchDelete({ tables: { t: ${both} } })`)).toEqual({ data, unprocessedKeys: left })
})
