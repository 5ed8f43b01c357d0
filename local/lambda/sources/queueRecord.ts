import { record, text } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'
import { parsed } from '../../aws/input.ts'

/** An SQS message as it stands in a function's event. */
export interface QueueRecord {
  readonly messageId: string
  readonly receiptHandle: string
  readonly body: string
  readonly [member: string]: unknown
}

/** Turns a received message into the record Lambda hands to the function. */
export function queueRecord(message: Input, eventSourceARN: string, awsRegion: string): QueueRecord {
  const md5OfMessageAttributes = text(message, 'MD5OfMessageAttributes')
  return {
    messageId: text(message, 'MessageId') ?? '',
    receiptHandle: text(message, 'ReceiptHandle') ?? '',
    body: text(message, 'Body') ?? '',
    attributes: record(message.Attributes) ?? {},
    messageAttributes: messageAttributes(message.MessageAttributes),
    ...(md5OfMessageAttributes === undefined ? {} : { md5OfMessageAttributes }),
    md5OfBody: text(message, 'MD5OfBody') ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion,
  }
}

function messageAttributes(given: unknown): object {
  const entries = Object.entries(record(given) ?? {}).map(([name, attribute]) => {
    const { StringValue, BinaryValue, DataType } = record(attribute) ?? {}
    const value = {
      ...(StringValue === undefined ? {} : { stringValue: StringValue }),
      ...(BinaryValue === undefined ? {} : { binaryValue: base64(BinaryValue) }),
    }
    return [name, { ...value, stringListValues: [], binaryListValues: [], dataType: DataType }]
  })
  return Object.fromEntries(entries) as object
}

function base64(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
}

/** What filters look at: the body parsed when it is JSON. */
export function filterable(record: QueueRecord): object {
  return { ...record, body: parsed(record.body) ?? record.body }
}
