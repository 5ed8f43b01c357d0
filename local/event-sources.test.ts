import { setTimeout as pause } from 'node:timers/promises'
import { BatchWriteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { synthesizeSources } from './fixtures/sources/app.ts'
import { startApp, type RunningApp } from './testing/app.ts'

interface Invocation {
  readonly from: number
  readonly to: number
  readonly records: readonly SourceRecord[]
  readonly failed: boolean
}

interface SourceRecord {
  readonly body: string
  readonly attributes: { readonly ApproximateReceiveCount: string }
  readonly dynamodb: {
    readonly NewImage: Record<'id' | 'n' | 'kind', { readonly S: string; readonly N: string }>
  }
}

describe('functions behind a real queue and a real stream', () => {
  let app: RunningApp
  let sqs: SQSClient
  let database: DynamoDBClient
  let invocations: Invocation[] = []
  beforeAll(async () => {
    app = await startApp(synthesizeSources)
    sqs = new SQSClient(app.client)
    database = new DynamoDBClient(app.client)
    app.cloud.watch(({ service, what, at, took = 0, input, error }) => {
      if (service !== 'lambda' || what !== 'invoke') return
      const { Records } = JSON.parse((input as { payload: string }).payload) as { Records: SourceRecord[] }
      invocations.push({ from: at, to: at + took, records: Records, failed: error !== undefined })
    })
  })
  beforeEach(() => void (invocations = []))
  afterAll(async () => {
    sqs.destroy()
    database.destroy()
    await app.stop()
  })

  const records = (): SourceRecord[] => invocations.flatMap((each) => each.records)
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await pause(20)
  }
  /** Begins are told in whole milliseconds: one that follows at once may seem to begin before the end of the last. */
  const rounding = 5
  const mostAtOnce = (): number =>
    Math.max(
      ...invocations.map(
        ({ from }) => invocations.filter((other) => other.from <= from && from + rounding < other.to).length,
      ),
    )

  async function send(...bodies: string[]): Promise<void> {
    const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }))
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: app.outputs.JobsUrl, Entries }))
  }
  async function receive(output: string): Promise<Message[]> {
    const QueueUrl = app.outputs[output]
    return (await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }))).Messages ?? []
  }
  async function put(id: string, n: number, kind = 'wanted'): Promise<void> {
    const Item = { id: { S: id }, n: { N: String(n) }, kind: { S: kind } }
    await database.send(new PutItemCommand({ TableName: app.outputs.TableName, Item }))
  }
  const numbers = (): string[] =>
    records().map(({ dynamodb: { NewImage } }) => `${NewImage.id.S}${NewImage.n.N}`)

  it('brings a failed message again after its visibility time-out, alone, until it is dead', async () => {
    await send('a', 'bad', 'b')
    expect((await receive('DeadUrl')).map(({ Body }) => Body)).toEqual(['bad'])
    expect(invocations.map((each) => each.records.map(({ body }) => body).sort())).toEqual([
      ['a', 'b', 'bad'],
      ['bad'],
    ])
    expect(invocations[1]?.records[0]?.attributes.ApproximateReceiveCount).toBe('2')
    const [first, second] = invocations
    expect((second?.from ?? 0) - (first?.from ?? 0)).toBeGreaterThanOrEqual(1_900)
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: app.outputs.JobsUrl, AttributeNames: ['All'] }),
    )
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
    })
  })

  it('works on no more batches at once than MaximumConcurrency', async () => {
    for (let round = 0; round < 4; round += 1) await send(...Array.from('abcdefgh'))
    await until(() => records().length === 32)
    expect(Math.max(...invocations.map((each) => each.records.length))).toBe(4)
    expect(mostAtOnce()).toBe(2)
  })

  it('works on the keys of a stream side by side, each in order, and never sees what its filter leaves out', async () => {
    const keys = Array.from('abcdefgh')
    for (let n = 0; n < 4; n += 1)
      await Promise.all(keys.flatMap((key) => [put(key, n), put(`${key}x`, n, 'unwanted')]))
    await until(() => records().length === 32)
    for (const key of keys)
      expect(numbers().filter((each) => each.startsWith(key))).toEqual([0, 1, 2, 3].map((n) => `${key}${n}`))
    expect(Math.max(...invocations.map((each) => each.records.length))).toBeGreaterThan(1)
    expect(mostAtOnce()).toBeGreaterThan(1)
  })

  it('reads on to the end when one write leaves more than an answer of a stream holds', async () => {
    const put = (n: number) => ({
      PutRequest: {
        Item: {
          id: { S: `long-${n}` },
          n: { N: String(n) },
          kind: { S: 'wanted' },
          padding: { S: 'x'.repeat(100_000) },
        },
      },
    })
    const written = Array.from({ length: 25 }, (_, n) => n)
    const RequestItems = { [app.outputs.TableName ?? '']: written.map(put) }
    await database.send(new BatchWriteItemCommand({ RequestItems }))
    await until(() => records().length >= written.length)
    expect(new Set(numbers())).toEqual(new Set(written.map((n) => `long-${n}${n}`)))
  })

  it('splits a failing batch until the bad record is alone and given up, and goes on with the rest', async () => {
    for (const n of [10, 11, -1, 12]) await put('same', n)
    const [message] = await receive('GivenUpUrl')
    expect(JSON.parse(message?.Body ?? '{}')).toMatchObject({
      requestContext: {
        condition: 'RetryAttemptsExhausted',
        functionArn: expect.stringContaining('Follow') as string,
      },
      DDBStreamBatchInfo: { batchSize: 1, streamArn: expect.stringContaining('/stream/') as string },
    })
    const worked = (): string[] =>
      invocations
        .filter(({ failed }) => !failed)
        .flatMap((each) => each.records.map(({ dynamodb: { NewImage } }) => NewImage.n.N))
    await until(() => worked().length === 3)
    expect(worked()).toEqual(['10', '11', '12'])
  })
})
