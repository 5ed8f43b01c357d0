import type { Activity } from '../local/aws/activity.ts'
import { idsOf } from '../local/trace/ids.ts'

export type Kind =
  'request' | 'step' | 'message' | 'function' | 'status' | 'push' | 'notice' | 'data' | 'event'

/** What is told of an activity: names, ids, statuses and error codes, never what customers wrote. */
export interface Told {
  readonly kind: Kind
  readonly what: string
  readonly detail?: string
  readonly error?: string
  /** Not begun when the activity was, but done when it was done. */
  readonly instant?: boolean
  /** Told in a trace only: the lines of many things at once would drown in it. */
  readonly minor?: boolean
  /** What it is about, in groups of ids that belong together: see idsOf. */
  readonly ids: readonly (readonly string[])[]
}

type Words = Omit<Told, 'ids'> & Partial<Pick<Told, 'ids'>>

/** What there is to tell of an activity: nothing of reading streams and of queues without messages. */
export function tell(activity: Activity): readonly Told[] {
  const { error } = activity
  const words = (tellers[activity.service] ?? tellCall)(activity)
  if (words.length === 0) return []
  const ids = idsOf(activity)
  return words.map((each) => ({
    ids,
    ...each,
    ...(error === undefined ? {} : { error: withoutAddresses(error), minor: false }),
  }))
}

/** The id by which people know what is told of: an execution's name or a ULID before a UUID. None when it is many. */
export function mainId({ ids: [ids, ...others] }: Pick<Told, 'ids'>): string {
  if (others.length > 0) return `(${others.length + 1} at once)`
  return ids?.find((id) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(id)) ?? ids?.[0] ?? ''
}

const tellers: Readonly<Record<string, (activity: Activity) => Words[]>> = {
  appsync: tellAppSync,
  gateway: ({ subject = '' }) => [{ kind: 'request', what: subject, detail: 'refused' }],
  states: tellStates,
  sqs: tellSqs,
  sns: (activity) =>
    activity.what === 'Publish'
      ? [
          {
            kind: 'notice',
            what: nameIn(text(activity.input, 'TopicArn')),
            ...statusOf(activity),
            minor: activity.principal?.kind === 'service',
          },
        ]
      : tellCall(activity),
  lambda: tellLambda,
  monitoring: (activity) =>
    activity.what === 'AlarmStateChange'
      ? [
          {
            kind: 'event',
            what: `alarm ${name(activity.subject)}`,
            detail: change(activity.output),
            minor: change(activity.output) === firstLook,
          },
        ]
      : tellCall(activity),
  dynamodb: (activity) =>
    activity.what === 'TableLeft'
      ? [
          {
            kind: 'event',
            what: `table ${name(activity.subject)}`,
            detail: 'not in the template any more: kept with its items; one of another name begins empty',
          },
        ]
      : tellCall(activity),
  dynamodbstreams: (activity) => (activity.error === undefined ? [] : tellCall(activity)),
}

/** A call of a service: by a part of the system it is a detail, by anyone else a request. */
function tellCall({ service, what, subject, principal, input }: Activity): Words[] {
  if (principal === undefined) return [{ kind: 'event', what: `${service} ${what}`, detail: name(subject) }]
  const table = tableIn(input)
  return [
    {
      kind: principal.kind === 'role' ? 'data' : 'request',
      what: `${service} ${what}`,
      ...(table === '' ? {} : { detail: table }),
      minor: principal.kind === 'role',
    },
  ]
}

function tellAppSync({ what, subject, principal, input, output }: Activity): Words[] {
  if (what === 'publish') {
    const readers =
      number(output, 'subscribers') === 1 ? '1 reader' : `${number(output, 'subscribers')} readers`
    const status = text(input, 'status')
    return [{ kind: 'push', what: fieldIn(subject), detail: `${status} to ${readers}`.trim(), minor: true }]
  }
  if (what === 'subscribe')
    return [{ kind: 'push', what: fieldIn(subject), detail: 'subscribed', minor: true }]
  if (/^(Query|Mutation|Subscription)\./.test(what))
    return [{ kind: 'request', what, minor: principal?.kind === 'role' }]
  if (what === 'refused') return [{ kind: 'request', what: 'GraphQL', detail: 'refused' }]
  return [{ kind: 'request', what, ...(subject === undefined ? {} : { detail: subject }), minor: true }]
}

function tellStates(activity: Activity): Words[] {
  const { what, input } = activity
  const [state, next] = [text(input, 'state'), text(input, 'next')]
  if (activity.subject === undefined) return tellCall(activity)
  if (what === 'StateEntered') return [{ kind: 'step', what: state }]
  if (what === 'StateExited') return []
  if (what.startsWith('Execution'))
    return [{ kind: 'step', what: `execution ${what.slice('Execution'.length).toLowerCase()}` }]
  return [{ kind: 'step', what: state, detail: next === '' ? what : `${what}, next ${next}`, minor: true }]
}

function tellSqs(activity: Activity): Words[] {
  const { what, input, output, error } = activity
  const queue = nameIn(text(input, 'QueueUrl'))
  if (what === 'SendMessage') return [{ kind: 'message', what: queue, detail: 'sent' }]
  if (what !== 'ReceiveMessage' || error !== undefined) return tellCall(activity)
  const messages = (output as { Messages?: unknown[] } | undefined)?.Messages?.length ?? 0
  return messages === 0
    ? []
    : [
        {
          kind: 'message',
          what: queue,
          detail: messages === 1 ? 'received' : `${messages} received`,
          instant: true,
        },
      ]
}

function tellLambda(activity: Activity): Words[] {
  const { what, subject, input, principal, error } = activity
  if (what === 'Invoke' && principal?.kind === 'role') return [] // told as `invoke` by the function itself
  if (what !== 'invoke') return tellCall(activity)
  const changes = statusChanges(text(input, 'payload'))
  const called: Words = { kind: 'function', what: name(subject), minor: changes !== undefined }
  return error === undefined && changes?.length ? [...changes, called] : [called]
}

interface StreamImage {
  readonly status?: { readonly S?: string }
}
interface StreamRecord {
  readonly dynamodb?: { readonly NewImage?: StreamImage; readonly OldImage?: StreamImage }
}

/** What the records of a table's stream tell of statuses; undefined for anything else. */
function statusChanges(payload: string): Words[] | undefined {
  if (!payload.startsWith('{"Records":[') || !payload.includes('"aws:dynamodb"')) return undefined
  const { Records } = JSON.parse(payload) as { Records: StreamRecord[] }
  return Records.flatMap((record): Words[] => {
    const [from, to] = [record.dynamodb?.OldImage?.status?.S, record.dynamodb?.NewImage?.status?.S]
    if (to === undefined || to === from) return []
    const ids = idsOf({ at: 0, service: 'lambda', what: 'invoke', input: record })
    return [{ kind: 'status', what: from === undefined ? to : `${from} → ${to}`, ids, instant: true }]
  })
}

function statusOf({ input }: Activity): { detail?: string } {
  const attributes = (input as { MessageAttributes?: { status?: { StringValue?: string } } } | undefined)
    ?.MessageAttributes
  return attributes?.status?.StringValue === undefined ? {} : { detail: attributes.status.StringValue }
}

function tableIn(input: object | undefined): string {
  const { TransactItems: items } = (input ?? {}) as { TransactItems?: Record<string, object>[] }
  if (Array.isArray(items))
    return items
      .flatMap((item) => Object.values(item).map((each) => name(text(each, 'TableName'))))
      .join(', ')
  const subject = ['TableName', 'FunctionName', 'QueueUrl', 'TopicArn', 'stateMachineArn', 'name'].find(
    (member) => text(input, member) !== '',
  )
  return subject === undefined ? '' : nameIn(text(input, subject))
}

/** What each alarm says once after the first start. */
const firstLook = 'INSUFFICIENT_DATA → OK'
const change = (output: object | undefined): string => `${text(output, 'from')} → ${text(output, 'to')}`
const fieldIn = (subject = ''): string => subject.slice(subject.lastIndexOf('.') + 1)
const nameIn = (location: string): string => name(location.split(/[/:]/).at(-1))

/** A generated name without the stack in front and the hash behind. */
function name(generated = ''): string {
  return /^[^-]+-(.+?)[0-9A-F]{8}$/.exec(generated)?.[1] ?? generated
}

function text(members: object | undefined, name: string): string {
  const value = (members as Readonly<Record<string, unknown>> | undefined)?.[name]
  return typeof value === 'string' ? value : ''
}

function number(members: object | undefined, name: string): number {
  return Number((members as Readonly<Record<string, unknown>> | undefined)?.[name] ?? 0)
}

const withoutAddresses = (words: string): string => words.replaceAll(/\S+@\S+/g, '…')
