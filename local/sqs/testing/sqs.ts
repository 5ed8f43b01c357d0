import { records } from '../../aws/input.ts'
import { operator, type Principal } from '../../aws/principal.ts'
import type { Resource } from '../../aws/resource.ts'
import type { Service } from '../../aws/service.ts'
import { fakeClock, type FakeClock } from '../../testing/clock.ts'
import { testContext, testPlace, type TestContext } from '../../testing/context.ts'
import { createSqs } from '../index.ts'

export interface ReceivedMessage {
  readonly MessageId: string
  readonly ReceiptHandle: string
  readonly Body: string
  readonly MD5OfBody: string
  readonly Attributes?: Record<string, string>
  readonly MD5OfMessageAttributes?: string
  readonly MessageAttributes?: Record<string, unknown>
}

export interface TestSqs extends AsyncDisposable {
  readonly context: TestContext
  readonly clock: FakeClock
  readonly service: Service
  call(action: string, input: object, signal?: AbortSignal): Promise<Record<string, unknown>>
  url(queue: string): string
  send(queue: string, body: string, more?: object): Promise<Record<string, unknown>>
  receive(queue: string, more?: object, signal?: AbortSignal): Promise<ReceivedMessage[]>
  attributes(queue: string): Promise<Record<string, string>>
}

export function queueArn(name: string): string {
  return `arn:aws:sqs:us-east-1:000000000000:${name}`
}

export function queueResource(name: string, properties: object): Resource {
  const url = `${testPlace.awsEndpoint}/000000000000/${name}`
  return {
    stack: 'Test',
    logicalId: name,
    type: 'AWS::SQS::Queue',
    properties: { QueueName: name, ...properties },
    ref: url,
    attributes: { Arn: queueArn(name), QueueName: name, QueueUrl: url },
  }
}

/** SQS with these queues (properties by name), at a clock the test moves. */
export async function startSqs(
  queues: Record<string, object>,
  options: { data?: string; clock?: FakeClock; principal?: Principal } = {},
): Promise<TestSqs> {
  const clock = options.clock ?? fakeClock()
  const context = testContext({
    clock,
    services: () => [service],
    ...(options.data && { data: options.data }),
  })
  const service = createSqs(context)
  await service.deploy(Object.entries(queues).map(([name, properties]) => queueResource(name, properties)))
  await service.start?.()
  const url = (queue: string): string => `${testPlace.awsEndpoint}/000000000000/${queue}`
  const call = async (
    action: string,
    input: object,
    signal?: AbortSignal,
  ): Promise<Record<string, unknown>> =>
    (await context.call('sqs', action, input, options.principal ?? operator, signal)) as Record<
      string,
      unknown
    >
  return {
    context,
    clock,
    service,
    call,
    url,
    send: (queue, body, more = {}) =>
      call('SendMessage', { QueueUrl: url(queue), MessageBody: body, ...more }),
    async receive(queue, more = {}, signal) {
      const answer = await call('ReceiveMessage', { QueueUrl: url(queue), ...more }, signal)
      return records(answer.Messages) as unknown as ReceivedMessage[]
    },
    async attributes(queue) {
      const answer = await call('GetQueueAttributes', { QueueUrl: url(queue), AttributeNames: ['All'] })
      return answer.Attributes as Record<string, string>
    },
    async [Symbol.asyncDispose]() {
      await service.stop?.()
      context.cleanup()
    },
  }
}
