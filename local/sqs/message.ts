import { createHash, hash } from 'node:crypto'
import { AwsError } from '../aws/error.ts'
import { record, text } from '../aws/input.ts'
import type { Input } from '../aws/service.ts'
import { invalidParameter, missing } from './errors.ts'

/** `BinaryValue` is base64, as in the JSON protocol. */
export interface MessageAttribute {
  readonly DataType: string
  readonly StringValue?: string
  readonly BinaryValue?: string
}
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>

export interface NewMessage {
  readonly body: string
  readonly attributes: MessageAttributes
  /** What the sender may set of the system attributes: `AWSTraceHeader`. */
  readonly traceHeader?: string
  readonly groupId?: string
  /** Seconds; the queue's own when absent. */
  readonly delay?: number
  /** Body and attributes, in bytes. */
  readonly size: number
}

export function md5(value: string): string {
  return hash('md5', value)
}

/** The checksum SDKs compare: each attribute by name, each part with its length before it; none for no attributes. */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort()
  if (names.length === 0) return undefined
  const hash = createHash('md5')
  const part = (bytes: Buffer): void => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    hash.update(length).update(bytes)
  }
  for (const name of names) {
    const attribute = attributes[name]
    if (!attribute) continue
    part(Buffer.from(name))
    part(Buffer.from(attribute.DataType))
    const binary = attribute.DataType.startsWith('Binary')
    hash.update(Buffer.from([binary ? 2 : 1]))
    part(valueBytes(attribute))
  }
  return hash.digest('hex')
}

function valueBytes(attribute: MessageAttribute): Buffer {
  return attribute.BinaryValue === undefined
    ? Buffer.from(attribute.StringValue ?? '')
    : Buffer.from(attribute.BinaryValue, 'base64')
}

/** Reads a message out of SendMessage's input or a batch entry; throws what SQS answers for a bad one. */
export function newMessage(input: Input): NewMessage {
  const body = text(input, 'MessageBody')
  if (!body) throw missing('MessageBody')
  if (/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(body))
    throw new AwsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    )
  const attributes = messageAttributes(input.MessageAttributes)
  const trace = record(record(input.MessageSystemAttributes)?.AWSTraceHeader)
  const traceHeader = trace && text(trace, 'StringValue')
  const groupId = messageGroup(input.MessageGroupId)
  const delay = delaySeconds(input.DelaySeconds)
  return {
    body,
    attributes,
    size: Buffer.byteLength(body) + attributesSize(attributes),
    ...(traceHeader === undefined ? {} : { traceHeader }),
    ...(groupId === undefined ? {} : { groupId }),
    ...(delay === undefined ? {} : { delay }),
  }
}

function delaySeconds(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined
  const delay = Number(value)
  if (!Number.isInteger(delay) || delay < 0 || delay > 900)
    throw invalidParameter(
      `Value ${delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
    )
  return delay
}

/** Standard queues take a group too, for fair queues. */
function messageGroup(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(value))
    throw invalidParameter(
      `Value ${typeof value === 'string' ? value : ''} for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
    )
  return value
}

function messageAttributes(value: unknown): MessageAttributes {
  const given = Object.entries(record(value) ?? {})
  if (given.length > 10)
    throw invalidParameter(`Number of message attributes [${given.length}] exceeds the allowed maximum [10].`)
  return Object.fromEntries(given.map(([name, attribute]) => [name, messageAttribute(name, attribute)]))
}

function messageAttribute(name: string, value: unknown): MessageAttribute {
  if (!/^(?!aws\.|amazon\.|\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/i.test(name))
    throw invalidParameter(`Message (user) attribute name '${name}' is invalid.`)
  const attribute = record(value) ?? {}
  const type = text(attribute, 'DataType')
  if (!type)
    throw invalidParameter(
      `The message (user) attribute '${name}' must contain a non-empty message attribute type.`,
    )
  if (!/^(String|Number|Binary)(\..+)?$/.test(type))
    throw invalidParameter(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    )
  const binary = type.startsWith('Binary')
  const content = text(attribute, binary ? 'BinaryValue' : 'StringValue')
  if (!content)
    throw invalidParameter(
      `Message (user) attribute '${name}' must contain a non-empty value of type '${binary ? 'Binary' : 'String'}'.`,
    )
  if (type.startsWith('Number') && Number.isNaN(Number(content)))
    throw invalidParameter(`Can't cast the value of message (user) attribute '${name}' to a number.`)
  return binary ? { DataType: type, BinaryValue: content } : { DataType: type, StringValue: content }
}

function attributesSize(attributes: MessageAttributes): number {
  let size = 0
  for (const [name, attribute] of Object.entries(attributes))
    size += Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + valueBytes(attribute).length
  return size
}
