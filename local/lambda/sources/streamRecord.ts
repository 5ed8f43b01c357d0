import { hash } from 'node:crypto'
import { record, text } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'

/** A record of a DynamoDB stream as it stands in a function's event. */
export interface StreamRecord {
  readonly sequence: string
  /** Milliseconds since the epoch. */
  readonly created: number
  /** The item it is of: records of one key keep their order. */
  readonly key: string
  /** As DynamoDB counts them. */
  readonly bytes: number
  readonly event: object
}

/** Turns what GetRecords answered into the record Lambda hands to the function. */
export function streamRecord(given: Input, eventSourceARN: string): StreamRecord {
  const dynamodb = record(given.dynamodb) ?? {}
  const when = dynamodb.ApproximateCreationDateTime
  const seconds = when instanceof Date ? Math.floor(when.getTime() / 1000) : Number(when ?? 0)
  const { eventID, eventName, eventVersion, eventSource, awsRegion, userIdentity } = given
  return {
    sequence: text(dynamodb, 'SequenceNumber') ?? '',
    created: seconds * 1000,
    bytes: Number(dynamodb.SizeBytes ?? 0),
    key: JSON.stringify(Object.entries(record(dynamodb.Keys) ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))),
    event: {
      eventID,
      eventName,
      eventVersion,
      eventSource,
      awsRegion,
      dynamodb: { ...dynamodb, ApproximateCreationDateTime: seconds },
      ...(userIdentity === undefined ? {} : { userIdentity }),
      eventSourceARN,
    },
  }
}

/** Sequence numbers are decimal numbers of any length. */
export function sequenceOrder(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}

/** The lane, of `lanes`, in which all records of a key are handled one after the other. */
export function laneOf(key: string, lanes: number): number {
  return lanes === 1 ? 0 : hash('md5', key, 'buffer').readUInt32BE() % lanes
}
