import { isTimestamp } from '../services.ts'

/** Members of answers that are maps, not structures. */
const maps: Readonly<Record<string, ReadonlySet<string>>> = {
  sns: new Set(['Attributes', 'attributes']),
}

/** How SQS's query answers name the elements of lists and maps, which stand there without a list around them. */
const flattened: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  sqs: {
    Attributes: 'Attribute',
    Failed: 'BatchResultErrorEntry',
    MessageAttributes: 'MessageAttribute',
    Messages: 'Message',
    QueueUrls: 'QueueUrl',
    Tags: 'Tag',
    queueUrls: 'QueueUrl',
    Results: 'ListMessageMoveTasksResultEntry',
  },
}

/** `Successful` is named after the batch. */
const successful: Readonly<Record<string, string>> = {
  SendMessageBatch: 'SendMessageBatchResultEntry',
  DeleteMessageBatch: 'DeleteMessageBatchResultEntry',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibilityBatchResultEntry',
}

/** The members of an answer as elements. */
export function xmlMembers(service: string, action: string, output: object): string {
  return Object.entries(output)
    .map(([name, value]) => xmlMember(service, action, name, value as unknown))
    .join('')
}

function xmlMember(service: string, action: string, name: string, value: unknown): string {
  if (value === undefined || value === null) return ''
  const flat = name === 'Successful' && service === 'sqs' ? successful[action] : flattened[service]?.[name]
  if (flat !== undefined) return flatMember(service, action, flat, value)
  if (Array.isArray(value)) {
    const items = value.map((item) => element('member', content(service, action, name, item)))
    return element(name, items.join(''))
  }
  if (maps[service]?.has(name)) {
    const entries = Object.entries(value).map(([key, each]) =>
      element('entry', element('key', escape(key)) + element('value', content(service, action, '', each))),
    )
    return element(name, entries.join(''))
  }
  return element(name, content(service, action, name, value))
}

function flatMember(service: string, action: string, name: string, value: unknown): string {
  if (Array.isArray(value))
    return value.map((item) => element(name, content(service, action, name, item))).join('')
  const key = name === 'Tag' ? 'Key' : 'Name'
  return Object.entries(value as object)
    .map(([entry, each]) =>
      element(name, element(key, escape(entry)) + element('Value', content(service, action, '', each))),
    )
    .join('')
}

function content(service: string, action: string, name: string, value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'number')
    return isTimestamp(service, name) ? new Date(value * 1000).toISOString() : String(value)
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return escape(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return typeof value === 'object' && value !== null ? xmlMembers(service, action, value) : ''
}

export function element(name: string, inner: string): string {
  return `<${name}>${inner}</${name}>`
}

/** Also writes a carriage return as a reference, which a parser would otherwise read as a line feed. */
export function escape(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => `&#${character.charCodeAt(0)};`)
}
