import { afterEach, expect, test } from 'vitest'
import { operator } from '../aws/principal.ts'
import { createSqs } from '../sqs/index.ts'
import { fakeClock, type FakeClock } from '../testing/clock.ts'
import { fn, lambdaCloud, resource, until, type LambdaCloud } from './testing/cloud.ts'

let cloud: LambdaCloud | undefined
afterEach(() => cloud?.end())

const invoked = (): number =>
  cloud?.context.logs.filter(({ message }) => message.startsWith('REPORT')).length ?? 0
const failing = fn('f', 'throw new Error("bad")')

async function accept(more: object = {}): Promise<void> {
  expect(await cloud?.invoke('f', { n: 1 }, { InvocationType: 'Event', ...more })).toEqual({
    StatusCode: 202,
    Payload: '',
  })
}

test('an asynchronous event is accepted at once and runs later', async () => {
  cloud = await lambdaCloud([fn('f', 'console.log("n is", event.n)')])
  await accept()
  await until(() => invoked() === 1)
  expect(cloud.context.logs.some(({ message }) => message.endsWith('n is 1'))).toBe(true)
})

test('a failing event is tried again after one and two minutes, then given up', async () => {
  const clock = fakeClock()
  cloud = await lambdaCloud([failing], { clock })
  await accept()
  await until(() => invoked() === 1)
  await passes(clock, 59_000)
  expect(invoked()).toBe(1)
  await passes(clock, 1000)
  await until(() => invoked() === 2)
  await passes(clock, 120_000)
  await until(() => invoked() === 3)
  await passes(clock, 3_600_000)
  expect(invoked()).toBe(3)
})

/** Lets the answer of the last attempt come in before time moves. */
async function passes(clock: FakeClock, ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20))
  await clock.advance(ms)
}

test('an event that was accepted before a restart runs after it', async () => {
  const clock = fakeClock()
  const first = (cloud = await lambdaCloud([failing], { clock }))
  await accept()
  await until(() => invoked() === 1)
  await passes(clock, 0)
  await first.lambda.stop?.()
  cloud = await lambdaCloud([failing], { clock, data: first.context.data })
  await passes(clock, 60_000)
  await until(() => invoked() === 1)
  await cloud.end()
  cloud = undefined
  first.context.cleanup()
})

test('what became of an event goes to its destination', async () => {
  const queue = 'arn:aws:sqs:us-east-1:000000000000:results'
  const config = resource('EventInvokeConfig', 'Config', {
    FunctionName: 'f',
    Qualifier: '$LATEST',
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: queue }, OnSuccess: { Destination: queue } },
  })
  const either = fn('f', 'if (event.n) throw new Error("bad"); return "good"')
  const { context, invoke } = (cloud = await lambdaCloud([either, config], {
    beside: (context) => [createSqs(context)],
  }))
  await context.call('sqs', 'CreateQueue', { QueueName: 'results' }, operator)
  const result = async (): Promise<unknown> => {
    const QueueUrl = 'http://127.0.0.1:4566/000000000000/results'
    const answer = await context.call('sqs', 'ReceiveMessage', { QueueUrl, WaitTimeSeconds: 10 }, operator)
    return JSON.parse((answer as { Messages: { Body: string }[] }).Messages[0]?.Body ?? '')
  }
  await accept()
  expect(await result()).toMatchObject({
    version: '1.0',
    requestContext: {
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST',
      condition: 'RetriesExhausted',
      approximateInvokeCount: 1,
    },
    requestPayload: { n: 1 },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: 'Error', errorMessage: 'bad' },
  })
  await invoke('f', {}, { InvocationType: 'Event' })
  expect(await result()).toMatchObject({ requestContext: { condition: 'Success' }, responsePayload: 'good' })
})
