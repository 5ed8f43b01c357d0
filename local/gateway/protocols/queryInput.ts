import { AwsError } from '../../aws/error.ts'
import type { Input } from '../../aws/service.ts'
import { isTimestamp } from '../services.ts'

/** A node of the dotted names: `Attributes.entry.1.key` is four deep. */
interface Node {
  value?: string
  readonly children: Map<string, Node>
}

/** Parameters a request may have at most, and dots a name may have. */
const limits = { parameters: 5_000, depth: 32 }

/** Members that are a list whose elements are named otherwise than the member: SQS's flattened lists. */
const flattened: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  sqs: {
    Attribute: 'Attributes',
    AttributeName: 'AttributeNames',
    ChangeMessageVisibilityBatchRequestEntry: 'Entries',
    DeleteMessageBatchRequestEntry: 'Entries',
    MessageAttribute: 'MessageAttributes',
    MessageAttributeName: 'MessageAttributeNames',
    SendMessageBatchRequestEntry: 'Entries',
    Tag: 'Tags',
    TagKey: 'TagKeys',
  },
}

/** Members that are maps although flattened: their entries have a name and a value. */
const flattenedMaps = new Set(['Attributes', 'MessageAttributes', 'Tags'])

/**
 * Builds the members of a request from the query protocol's dotted names. Values stay texts, but timestamps become
 * seconds since the epoch: a text is what the readers of members take for numbers and flags too.
 */
export function queryInput(service: string, parameters: URLSearchParams): Input {
  if (parameters.size > limits.parameters)
    throw new AwsError('MalformedQueryString', `There are more than ${limits.parameters} parameters.`)
  const root: Node = { children: new Map() }
  for (const [name, value] of parameters)
    if (name !== 'Action' && name !== 'Version') place(root, name, value)
  return structure(service, root)
}

function place(root: Node, name: string, value: string): void {
  const path = name.split('.')
  if (path.length > limits.depth) throw new AwsError('MalformedQueryString', `The name ${name} is too deep.`)
  let node = root
  for (const part of path) {
    const child = node.children.get(part) ?? { children: new Map<string, Node>() }
    node.children.set(part, child)
    node = child
  }
  node.value = value
}

function structure(service: string, node: Node): Input {
  const members = [...node.children].map(([name, child]) => {
    const member = flattened[service]?.[name] ?? name
    return [member, read(service, member, child)] as const
  })
  return Object.fromEntries(members)
}

function read(service: string, member: string, node: Node): unknown {
  const { children, value } = node
  if (children.size === 0) return scalar(service, member, value ?? '')
  const wrapper = children.get('member') ?? children.get('entry')
  if (wrapper && children.size === 1) {
    const elements = inOrder(wrapper)
    return children.has('entry')
      ? asMap(service, elements)
      : elements.map((each) => read(service, member, each))
  }
  if (![...children.keys()].every((key) => /^\d+$/.test(key))) return structure(service, node)
  const elements = inOrder(node)
  if (service === 'sqs' && flattenedMaps.has(member)) return asMap(service, elements)
  return elements.map((each) => read(service, member, each))
}

function inOrder(node: Node): Node[] {
  return [...node.children].sort(([one], [other]) => Number(one) - Number(other)).map(([, child]) => child)
}

/** `key`/`value` in general, `Name`/`Value` for message attributes, `Key`/`Value` for SQS's tags. */
function asMap(service: string, entries: readonly Node[]): Input {
  const pairs = entries.map(({ children }) => {
    const key = children.get('key') ?? children.get('Name') ?? children.get('Key')
    const value = children.get('value') ?? children.get('Value')
    return [key?.value ?? '', value ? read(service, '', value) : ''] as const
  })
  return Object.fromEntries(pairs)
}

function scalar(service: string, member: string, value: string): string | number {
  if (!isTimestamp(service, member)) return value
  const milliseconds = Date.parse(value)
  if (Number.isNaN(milliseconds))
    throw new AwsError('MalformedInput', `${value} is not a valid timestamp for ${member}.`)
  return milliseconds / 1000
}
