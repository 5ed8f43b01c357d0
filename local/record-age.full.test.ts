import { setTimeout as pause } from 'node:timers/promises'
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { synthesizeRecordAge } from './fixtures/record-age/app.ts'
import { startApp, type RunningApp } from './testing/app.ts'

interface Invocation {
  readonly id: string
  readonly at: number
  readonly failed: boolean
}

let app: RunningApp
let sqs: SQSClient
let database: DynamoDBClient
const invocations: Invocation[] = []
beforeAll(async () => {
  app = await startApp(synthesizeRecordAge)
  sqs = new SQSClient(app.client)
  database = new DynamoDBClient(app.client)
  app.cloud.watch(({ service, what, at, input, error }) => {
    if (service !== 'lambda' || what !== 'invoke') return
    const { payload } = input as { payload: string }
    const { Records } = JSON.parse(payload) as { Records: { dynamodb: { Keys: { id: { S: string } } } }[] }
    for (const { dynamodb } of Records)
      invocations.push({ id: dynamodb.Keys.id.S, at, failed: error !== undefined })
  })
})
afterAll(async () => {
  sqs.destroy()
  database.destroy()
  await app.stop()
})

const put = (id: string) =>
  database.send(new PutItemCommand({ TableName: app.outputs.TableName, Item: { id: { S: id } } }))

it('tries a failing record until it is too old, sends it to the failure destination, and goes on', async () => {
  await put('bad')
  const written = Date.now()
  await pause(55_000) // one that waits behind it must not grow too old itself
  await put('good')
  expect(invocations.filter(({ id }) => id === 'good')).toEqual([])

  let body: string | undefined
  while (body === undefined && Date.now() < written + 150_000) {
    const received = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: app.outputs.GivenUpUrl, WaitTimeSeconds: 20 }),
    )
    body = received.Messages?.[0]?.Body
  }
  expect(Date.now() - written).toBeGreaterThanOrEqual(59_000)
  const tries = invocations.filter(({ id }) => id === 'bad')
  expect(tries.length).toBeGreaterThan(3)
  expect(tries.every(({ failed, at }) => failed && at - written < 61_000)).toBe(true)
  expect(JSON.parse(body ?? '{}')).toMatchObject({
    requestContext: { condition: 'RecordAgeExceeded', approximateInvokeCount: tries.length },
    DDBStreamBatchInfo: { batchSize: 1 },
  })
  while (!invocations.some(({ id }) => id === 'good')) await pause(20)
  expect(invocations.find(({ id }) => id === 'good')).toMatchObject({ failed: false })
}, 200_000)
