import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { SubscribeCommand, type SNSClient } from '@aws-sdk/client-sns'

export interface Notice {
  orderId: string
  status: string
}

/** A subscriber of the notification topic: a queue, read to the end. */
export interface NoticeListener {
  heard(): readonly Notice[]
  /** Waits until this many orders were told of, or nothing more comes for a while. */
  settle(orders: number): Promise<void>
  stop(): void
}

/** Subscribes a queue to the topic, as another team would; answers its URL. */
export async function subscribeQueue(
  { sqs, sns }: { sqs: SQSClient; sns: SNSClient },
  topic: string,
): Promise<string> {
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'notices' }))
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  )
  const queue = Attributes?.QueueArn ?? ''
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queue,
    Condition: { ArnEquals: { 'aws:SourceArn': topic } },
  }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }))
  const raw = { RawMessageDelivery: 'true' }
  await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint: queue, Attributes: raw }))
  return QueueUrl
}

/** Takes the notices out that wait in the queue; up to `wait` seconds are spent on the first. */
export async function takeNotices(
  sqs: SQSClient,
  QueueUrl: string,
  wait = 0,
  abortSignal?: AbortSignal,
): Promise<Notice[]> {
  const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: wait })
  const { Messages = [] } = await sqs.send(receive, abortSignal === undefined ? {} : { abortSignal })
  return Promise.all(
    Messages.map(async ({ Body = '', ReceiptHandle }) => {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
      return JSON.parse(Body) as Notice
    }),
  )
}

/** Subscribes a queue and notes what it hears. */
export async function listenToNotices(
  doors: { sqs: SQSClient; sns: SNSClient },
  topic: string,
): Promise<NoticeListener> {
  const queue = await subscribeQueue(doors, topic)
  const notices: Notice[] = []
  const stopped = new AbortController()
  const listen = async (): Promise<void> => {
    while (!stopped.signal.aborted) notices.push(...(await takeNotices(doors.sqs, queue, 20, stopped.signal)))
  }
  listen().catch((error: unknown) => {
    if (!stopped.signal.aborted) throw error
  })
  return {
    heard: () => notices,
    async settle(orders) {
      const told = (): number => new Set(notices.map(({ orderId }) => orderId)).size
      for (let waits = 0; waits < 40 && told() < orders; waits += 1)
        await new Promise((resolve) => setTimeout(resolve, 50))
    },
    stop: () => stopped.abort(),
  }
}
