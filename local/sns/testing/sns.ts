import { records } from '../../aws/input.ts'
import { operator } from '../../aws/principal.ts'
import type { Resource } from '../../aws/resource.ts'
import type { Action, Service } from '../../aws/service.ts'
import { fakeClock, type FakeClock } from '../../testing/clock.ts'
import { testContext, type TestContext } from '../../testing/context.ts'
import { createSqs } from '../../sqs/index.ts'
import { createSns, type Sns } from '../index.ts'

export const topicArn = 'arn:aws:sns:us-east-1:000000000000:news'

export interface TestSns extends AsyncDisposable {
  readonly context: TestContext
  readonly clock: FakeClock
  readonly sns: Sns
  /** Events that functions were invoked with. */
  readonly invoked: unknown[]
  call(service: string, action: string, input: object): Promise<Record<string, unknown>>
  /** Makes a queue and subscribes it to the topic. */
  subscribeQueue(name: string, attributes?: Record<string, string>): Promise<string>
  publish(message: string, more?: object): Promise<Record<string, unknown>>
  /** All messages in the queue, once what is under way arrived. */
  queue(name: string): Promise<Record<string, unknown>[]>
}

function topic(): Resource {
  const attributes = { TopicArn: topicArn, TopicName: 'news' }
  return {
    stack: 'Test',
    logicalId: 'News',
    type: 'AWS::SNS::Topic',
    ref: topicArn,
    attributes,
    properties: {},
  }
}

/** A function service that only takes note; `failing` makes it refuse. */
function lambda(invoked: unknown[], failure: () => Error | undefined): Service {
  const invoke: Action = {
    permissions: () => [],
    run(input) {
      const error = failure()
      if (error) throw error
      invoked.push(JSON.parse(String(input.Payload)))
      return { StatusCode: 202 }
    },
  }
  return { name: 'lambda', actions: { Invoke: invoke }, resourceTypes: {}, deploy: () => Promise.resolve() }
}

/** SNS with the topic `news`, beside a real SQS. */
export async function startSns(
  options: {
    data?: string
    clock?: FakeClock
    functionFailure?: () => Error | undefined
    start?: boolean
  } = {},
): Promise<TestSns> {
  const clock = options.clock ?? fakeClock()
  const invoked: unknown[] = []
  const context = testContext({
    clock,
    services: () => services,
    ...(options.data && { data: options.data }),
  })
  const sqs = createSqs(context)
  const sns = createSns(context)
  const services = [sqs, sns, lambda(invoked, options.functionFailure ?? (() => undefined))]
  await sns.deploy([topic()])
  await sqs.deploy([])
  if (options.start !== false) await sns.start?.()
  const call = async (service: string, action: string, input: object): Promise<Record<string, unknown>> =>
    (await context.call(service, action, input, operator)) as Record<string, unknown>
  return {
    context,
    clock,
    sns,
    invoked,
    call,
    async subscribeQueue(name, attributes = {}) {
      await call('sqs', 'CreateQueue', { QueueName: name })
      const Endpoint = `arn:aws:sqs:us-east-1:000000000000:${name}`
      const input = { TopicArn: topicArn, Protocol: 'sqs', Endpoint, Attributes: attributes }
      return String((await call('sns', 'Subscribe', input)).SubscriptionArn)
    },
    publish: (message, more = {}) =>
      call('sns', 'Publish', { TopicArn: topicArn, Message: message, ...more }),
    async queue(name) {
      await clock.advance(0)
      const QueueUrl = `${context.place.awsEndpoint}/000000000000/${name}`
      const input = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }
      return records((await call('sqs', 'ReceiveMessage', input)).Messages)
    },
    async [Symbol.asyncDispose]() {
      await sns.stop?.()
      await sqs.stop?.()
      context.cleanup()
    },
  }
}
