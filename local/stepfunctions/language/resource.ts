import type { Serves } from './check.ts'

/** What a Task runs, from its Resource ARN. */
export interface Resource {
  readonly arn: string
  /** A function's own ARN, an optimised integration (`sqs:sendMessage`), or any call of an API (`aws-sdk:sqs:sendMessage`). */
  readonly kind: 'function' | 'optimised' | 'sdk'
  /** As in history events, e.g. `sqs` or `aws-sdk:sqs`. */
  readonly resourceType: string
  /** As in history events, e.g. `sendMessage.waitForTaskToken`. */
  readonly resource: string
  /** Service and action without prefix and pattern, e.g. `sqs`, `sendMessage`. */
  readonly service: string
  readonly action: string
  readonly waitForTaskToken: boolean
}

/** Optimised integrations served here: action -> whether it also comes as `.waitForTaskToken`. */
const optimised: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {
  lambda: { invoke: true },
  sqs: { sendMessage: true },
  sns: { publish: true },
  dynamodb: { getItem: false, putItem: false, updateItem: false, deleteItem: false },
  states: { startExecution: true },
  events: { putEvents: true },
}

/** SDK integrations served here: name in the ARN -> the service that serves it. */
export const sdkServices: Readonly<Record<string, string>> = {
  cloudwatch: 'monitoring',
  cloudwatchlogs: 'logs',
  dynamodb: 'dynamodb',
  dynamodbstreams: 'dynamodbstreams',
  eventbridge: 'events',
  lambda: 'lambda',
  scheduler: 'scheduler',
  sfn: 'states',
  sns: 'sns',
  sqs: 'sqs',
  sts: 'sts',
}

/** Reads a Task's Resource; answers why it cannot run here instead when it cannot. */
export function resource(arn: string, serves: Serves): Resource | string {
  if (/^arn:[^:]+:states:[^:]*:\d*:activity:/.test(arn)) return `Activities are not supported: ${arn}`
  if (/^arn:[^:]+:lambda:[^:]+:\d{12}:function:[^:]+(:[^:]+)?$/.test(arn))
    return {
      arn,
      kind: 'function',
      resourceType: 'lambda',
      resource: arn,
      service: 'lambda',
      action: 'invoke',
      waitForTaskToken: false,
    }
  const found = /^arn:[^:]+:states:[^:]*:[^:]*:(aws-sdk:)?([a-z0-9]+):([A-Za-z0-9]+)((?:\..*)?)$/.exec(arn)
  const [, sdk, service = '', action = '', pattern = ''] = found ?? []
  if (!found) return unrecognised(arn)
  if (pattern === '.sync' || pattern === '.sync:2')
    return `The service integration pattern '${pattern}' is not supported: ${arn}`
  if (pattern !== '' && pattern !== '.waitForTaskToken') return unrecognised(arn)
  const waitForTaskToken = pattern !== ''
  if (sdk === undefined) {
    const token = optimised[service]?.[action]
    if (token === undefined || (waitForTaskToken && !token)) return unrecognised(arn)
  } else {
    const served = sdkServices[service]
    if (served === undefined || !/^[a-z]/.test(action)) return unrecognised(arn)
    if (!serves(served, operation(action))) return unrecognised(arn)
  }
  return {
    arn,
    kind: sdk === undefined ? 'optimised' : 'sdk',
    resourceType: `${sdk ?? ''}${service}`,
    resource: `${action}${pattern}`,
    service,
    action,
    waitForTaskToken,
  }
}

/** As the API names it: `SendMessage` for `sendMessage`. */
export const operation = (action: string): string => `${action.charAt(0).toUpperCase()}${action.slice(1)}`

function unrecognised(arn: string): string {
  return `The resource provided ${arn} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`
}
