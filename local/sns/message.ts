import { AwsError } from '../aws/error.ts'
import { parsed, record, text } from '../aws/input.ts'
import type { Input } from '../aws/service.ts'
import { invalid } from './errors.ts'

/** `BinaryValue` is base64. */
export interface MessageAttribute {
  readonly DataType: string
  readonly StringValue?: string
  readonly BinaryValue?: string
}
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>

/** A notification as it was published. */
export interface Notification {
  readonly message: string
  /** By protocol, when it was published with MessageStructure `json`. */
  readonly perProtocol?: Readonly<Record<string, string>>
  readonly subject?: string
  readonly attributes: MessageAttributes
}

export const mostBytes = 262_144

/** Reads Publish's input or a batch entry; throws what SNS answers for a bad one. */
export function notificationOf(input: Input): Notification {
  const message = text(input, 'Message') ?? ''
  if (message === '') throw invalid('Empty message')
  const attributes = messageAttributes(input.MessageAttributes)
  const subject = text(input, 'Subject')
  if (subject !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,99}$/.test(subject)) throw invalid('Subject')
  const notification = { message, attributes, ...(subject !== undefined && { subject }) }
  if (sizeOf(notification) > mostBytes) throw invalid('Message too long')
  const structure = text(input, 'MessageStructure')
  if (structure === undefined) return notification
  if (structure !== 'json') throw invalid('MessageStructure')
  return { ...notification, ...perProtocol(message) }
}

/** Bytes of the message and its attributes. */
export function sizeOf(notification: Notification): number {
  let size = Buffer.byteLength(notification.message)
  for (const [name, attribute] of Object.entries(notification.attributes))
    size += Buffer.byteLength(
      name + attribute.DataType + (attribute.StringValue ?? attribute.BinaryValue ?? ''),
    )
  return size
}

function perProtocol(message: string): { message: string; perProtocol: Record<string, string> } {
  const messages = record(parsed(message))
  if (!messages) throw invalid('Message Structure - JSON message body failed to parse')
  const byDefault = text(messages, 'default')
  if (byDefault === undefined) throw invalid('Message Structure - No default entry in JSON message body')
  const strings = Object.entries(messages).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return { message: byDefault, perProtocol: Object.fromEntries(strings) }
}

function messageAttributes(value: unknown): MessageAttributes {
  const given = Object.entries(record(value) ?? {})
  return Object.fromEntries(
    given.map(([name, attribute]) => [name, messageAttribute(name, record(attribute) ?? {})]),
  )
}

function messageAttribute(name: string, attribute: Input): MessageAttribute {
  checkName(name)
  const type = text(attribute, 'DataType')
  if (!type)
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value null at 'messageAttributes.${name}.member.dataType' failed to satisfy constraint: Member must not be null`,
    )
  const kind = /^(String|Number|Binary)(\..+)?$/.exec(type)?.[1]
  if (!kind)
    throw unfit(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    )
  const member = kind === 'Binary' ? 'BinaryValue' : 'StringValue'
  const other = kind === 'Binary' ? 'StringValue' : 'BinaryValue'
  const content = text(attribute, member)
  if (!content && attribute[other] !== undefined)
    throw unfit(
      `The message attribute '${name}' with type '${kind}' must use field '${kind === 'Binary' ? 'Binary' : 'String'}'.`,
    )
  if (!content)
    throw unfit(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${kind}'.`,
    )
  return kind === 'Binary'
    ? { DataType: type, BinaryValue: content }
    : { DataType: type, StringValue: content }
}

function checkName(name: string): void {
  const strange = /[^\w.-]/.exec(name)?.[0]
  if (strange)
    throw unfit(
      `Invalid non-alphanumeric character '#x${strange.charCodeAt(0).toString(16).toUpperCase()}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    )
  if (name.length > 256) throw unfit('Length of message attribute name must be less than 256 bytes.')
  if (name.startsWith('.'))
    throw unfit("Invalid message attribute name starting with character '.' was found.")
  if (name.endsWith('.')) throw unfit("Invalid message attribute name ending with character '.' was found.")
  if (name.includes('..')) throw unfit("Message attribute name can not have successive '.' character.")
}

function unfit(message: string): AwsError {
  return new AwsError('ParameterValueInvalid', message)
}
