import type { CloudContext } from '../../aws/context.ts'
import type { Principal } from '../../aws/principal.ts'
import type { Answer } from '../functions.ts'
import type { StreamRecord } from './streamRecord.ts'

export type Condition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded'

export interface GivenUp {
  readonly functionArn: string
  readonly streamArn: string
  readonly shardId: string
  readonly condition: Condition
  readonly invocations: number
  readonly answer: Answer | undefined
  readonly records: readonly StreamRecord[]
  readonly now: number
}

/** What Lambda tells of a batch it gave up: where the records are, not what they hold. */
export function failureMessage({ records, answer, ...given }: GivenUp): object {
  const first = records[0]
  const last = records.at(-1)
  const at = (record: StreamRecord | undefined): string =>
    new Date(record?.created ?? given.now).toISOString().replace('.000Z', 'Z')
  return {
    requestContext: {
      requestId: answer?.requestId ?? '',
      functionArn: given.functionArn,
      condition: given.condition,
      approximateInvokeCount: given.invocations,
    },
    ...(answer && {
      responseContext: {
        statusCode: 200,
        executedVersion: answer.version,
        functionError: answer.functionError ?? null,
      },
    }),
    version: '1.0',
    timestamp: new Date(given.now).toISOString(),
    DDBStreamBatchInfo: {
      shardId: given.shardId,
      startSequenceNumber: first?.sequence,
      endSequenceNumber: last?.sequence,
      approximateArrivalOfFirstRecord: at(first),
      approximateArrivalOfLastRecord: at(last),
      batchSize: records.length,
      streamArn: given.streamArn,
    },
  }
}

/** Sends a message to a queue or topic as the function's role. */
export async function sendTo(
  context: CloudContext,
  destination: string,
  message: object,
  principal: Principal,
): Promise<void> {
  const { place } = context
  const [, , service, , , name] = destination.split(':')
  const body = JSON.stringify(message)
  if (service === 'sqs') {
    const QueueUrl = `${place.awsEndpoint}/${place.account}/${name ?? ''}`
    await context.call('sqs', 'SendMessage', { QueueUrl, MessageBody: body }, principal)
  } else await context.call('sns', 'Publish', { TopicArn: destination, Message: body }, principal)
}
