import { expect, test } from 'vitest'
import { AwsError } from '../../../aws/error.ts'
import type { FieldOutcome } from '../../resolver.ts'
import { bench, type Bench } from '../../runtime/testing/resolve.ts'

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:decide'

/** A put whose condition fails (`failures` times), judged by a function that answers `decision`. */
async function judged(decision: object, failures = 1): Promise<{ made: Bench; outcome: FieldOutcome }> {
  let left = failures
  const made = bench({
    dynamodb: (action) => {
      if (action === 'GetItem') return { Item: { id: { S: 'a' }, v: { N: '1' } } }
      left -= 1
      return left >= 0
        ? new AwsError('ConditionalCheckFailedException', 'The conditional request failed')
        : {}
    },
    lambda: () => ({ StatusCode: 200, Payload: JSON.stringify(decision) }),
  })
  const outcome = await made.unit(
    `export const request = (ctx) => ({ operation: 'PutItem', key: { id: { S: 'a' } }, attributeValues: { v: { N: 2 } },
       condition: { expression: 'attribute_not_exists(id)', conditionalCheckFailedHandler: { strategy: 'Custom', lambdaArn: '${functionArn}' } } })
     export const response = (ctx) => ({ result: ctx.result, type: ctx.error?.type ?? null })`,
    { arguments: { a: 1 } },
    'things',
  )
  return { made, outcome }
}

const current = { id: 'a', v: 1 }

test('the function is asked with the request, the current value and where it happened', async () => {
  const { made } = await judged({ action: 'reject' })
  const [, , asked] = made.calls()
  expect(asked).toMatchObject({ service: 'lambda', action: 'Invoke', input: { FunctionName: functionArn } })
  expect(JSON.parse((asked?.input as { Payload: string }).Payload)).toMatchObject({
    arguments: { a: 1 },
    requestMapping: { operation: 'PutItem' },
    currentValue: current,
    resolver: { tableName: 'things', awsRegion: 'us-east-1', parentType: 'Query', field: 'thing' },
    identity: null,
  })
})

test('reject leaves the error, discard makes the current value the result', async () => {
  expect((await judged({ action: 'reject' })).outcome.value).toEqual({
    result: current,
    type: 'DynamoDB:ConditionalCheckFailedException',
  })
  expect((await judged({ action: 'discard' })).outcome.value).toEqual({ result: current, type: null })
})

const retryMapping = { operation: 'PutItem', key: { id: { S: 'a' } }, attributeValues: { v: { N: 3 } } }

test('retry puts what the function says instead', async () => {
  const { made, outcome } = await judged({ action: 'retry', retryMapping })
  expect(outcome.value).toEqual({ result: { id: 'a', v: 3 }, type: null })
  expect(made.calls().at(-1)).toMatchObject({ action: 'PutItem', input: { Item: { v: { N: '3' } } } })
})

test('a function that says retry for ever is not followed for ever', async () => {
  const condition = {
    expression: 'attribute_not_exists(id)',
    conditionalCheckFailedHandler: { strategy: 'Custom', lambdaArn: functionArn },
  }
  const { made, outcome } = await judged(
    { action: 'retry', retryMapping: { ...retryMapping, condition } },
    1_000,
  )
  expect(outcome.value).toMatchObject({ type: 'DynamoDB:ConditionalCheckFailedException' })
  expect(made.calls().filter(({ action }) => action === 'PutItem')).toHaveLength(11)
})

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
