import type { CloudContext } from '../aws/context.ts'
import type { Principal } from '../aws/principal.ts'

/** A call that brings an event to a target, as it is kept until it is done. */
export interface Delivery {
  readonly id: string
  /** The rule or schedule it is for. */
  readonly sourceArn: string
  /** `AWS/Events` counts by rule name, `AWS/Scheduler` by group. */
  readonly meter: {
    readonly namespace: 'AWS/Events' | 'AWS/Scheduler'
    readonly dimensions: Readonly<Record<string, string>>
  }
  readonly targetArn: string
  readonly service: string
  readonly action: string
  readonly request: object
  readonly principal: Principal
  /** The event or input itself, for the dead-letter queue. */
  readonly payload: string
  readonly maximumRetries: number
  /** Milliseconds. */
  readonly maximumAge: number
  readonly deadLetterArn?: string | undefined
  readonly deadLetterPrincipal: Principal
}

interface Call {
  readonly service: string
  readonly action: string
  readonly request: object
}

export interface TargetParameters {
  readonly messageGroupId?: string | undefined
  /** For a state machine: names the execution, so that a repeated delivery starts it once. */
  readonly executionName: string
  readonly detailType?: string | undefined
  readonly source?: string | undefined
}

/** The API call that hands `payload` to a target; throws an Error that names a target we cannot call. */
export function callFor(
  { place }: CloudContext,
  targetArn: string,
  payload: string,
  more: TargetParameters,
): Call {
  const [, , service = '', , , resource = '', name = ''] = targetArn.split(':')
  if (service === 'lambda')
    return {
      service,
      action: 'Invoke',
      request: { FunctionName: targetArn, InvocationType: 'Event', Payload: payload },
    }
  if (service === 'sqs') {
    const QueueUrl = `${place.awsEndpoint}/${place.account}/${resource}`
    const group = more.messageGroupId === undefined ? {} : { MessageGroupId: more.messageGroupId }
    return { service, action: 'SendMessage', request: { QueueUrl, MessageBody: payload, ...group } }
  }
  if (service === 'sns')
    return { service, action: 'Publish', request: { TopicArn: targetArn, Message: payload } }
  if (service === 'states' && resource === 'stateMachine' && name !== '')
    return {
      service,
      action: 'StartExecution',
      request: { stateMachineArn: targetArn, name: more.executionName, input: payload },
    }
  if (service === 'events' && resource.startsWith('event-bus/') && more.source !== undefined) {
    const entry = {
      Source: more.source,
      DetailType: more.detailType,
      Detail: payload,
      EventBusName: targetArn,
    }
    return { service, action: 'PutEvents', request: { Entries: [entry] } }
  }
  throw new Error(`the target ${targetArn} is not supported here`)
}

export function queueUrlOf({ place }: CloudContext, queueArn: string): string {
  return `${place.awsEndpoint}/${place.account}/${queueArn.slice(queueArn.lastIndexOf(':') + 1)}`
}
