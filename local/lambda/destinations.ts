import { parsed } from '../aws/input.ts'
import type { CloudContext } from '../aws/context.ts'
import type { Principal } from '../aws/principal.ts'
import type { Resource } from '../aws/resource.ts'
import type { Answer, Functions } from './functions.ts'
import { functionArn, parseFunctionName } from './name.ts'
import { propertiesOf } from './properties.ts'
import { sendTo } from './sources/failureDestination.ts'
import type { AsyncEvent } from './store.ts'

/** How asynchronous events of a function are handled. */
export interface AsyncSettings {
  /** Attempts after the first. */
  readonly maximumRetries: number
  /** Milliseconds. */
  readonly maximumAge: number
  readonly onSuccess?: string | undefined
  readonly onFailure?: string | undefined
}

export const usualSettings: AsyncSettings = { maximumRetries: 2, maximumAge: 21_600_000 }

/** By function name and qualifier, `things:$LATEST`. */
export function readAsyncSettings(resources: readonly Resource[]): Map<string, AsyncSettings> {
  const settings = new Map<string, AsyncSettings>()
  for (const resource of resources) {
    const given = propertiesOf(resource)
    given.only([
      'FunctionName',
      'Qualifier',
      'MaximumRetryAttempts',
      'MaximumEventAgeInSeconds',
      'DestinationConfig',
    ])
    const { name } = parseFunctionName(given.text('FunctionName'))
    const destination = (which: string): string | undefined =>
      given.object('DestinationConfig')?.object(which)?.optionalText('Destination')
    const age = given.number('MaximumEventAgeInSeconds')
    settings.set(`${name}:${given.text('Qualifier')}`, {
      maximumRetries: given.number('MaximumRetryAttempts') ?? usualSettings.maximumRetries,
      maximumAge: age === undefined ? usualSettings.maximumAge : age * 1000,
      onSuccess: destination('OnSuccess'),
      onFailure: destination('OnFailure'),
    })
  }
  return settings
}

/** Sends what became of an event to its destination and, when it failed, the event itself to the dead-letter target. */
export async function deliverOutcome(
  context: CloudContext,
  functions: Functions,
  event: AsyncEvent,
  settings: AsyncSettings,
  answer: Answer | undefined,
  condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded',
): Promise<void> {
  const { configuration } = functions.resolve({ name: event.functionName })
  const role: Principal = { kind: 'role', roleArn: configuration.role, session: configuration.name }
  const destination = condition === 'Success' ? settings.onSuccess : settings.onFailure
  try {
    if (destination !== undefined)
      await sendRecord(
        context,
        destination,
        invocationRecord(context, event, answer, condition),
        role,
        configuration.arn,
      )
    if (condition !== 'Success' && configuration.deadLetterTarget !== undefined)
      await sendTo(context, configuration.deadLetterTarget, parsed(event.payload) as object, role)
  } catch (error) {
    const at = context.clock.now()
    const message = error instanceof Error ? error.message : String(error)
    const dimensions = { FunctionName: configuration.name }
    context.metric({
      namespace: 'AWS/Lambda',
      name: 'DestinationDeliveryFailures',
      dimensions,
      value: 1,
      unit: 'Count',
      at,
    })
    context.report({
      at,
      service: 'lambda',
      what: 'deliver',
      subject: configuration.name,
      input: { message },
      error: 'DestinationDeliveryFailure',
    })
  }
}

async function sendRecord(
  context: CloudContext,
  destination: string,
  invocation: object,
  role: Principal,
  sourceArn: string,
): Promise<void> {
  const service = destination.split(':')[2]
  if (service === 'lambda') {
    const input = { FunctionName: destination, InvocationType: 'Event', Payload: JSON.stringify(invocation) }
    await context.call('lambda', 'Invoke', input, role)
  } else if (service === 'events') {
    const succeeded = !JSON.stringify(invocation).includes('"functionError"')
    const Entry = {
      Source: 'lambda',
      DetailType: `Lambda Function Invocation Result - ${succeeded ? 'Success' : 'Failure'}`,
      Detail: JSON.stringify(invocation),
      Resources: [destination, sourceArn],
      EventBusName: destination,
    }
    await context.call('events', 'PutEvents', { Entries: [Entry] }, role)
  } else await sendTo(context, destination, invocation, role)
}

function invocationRecord(
  context: CloudContext,
  event: AsyncEvent,
  answer: Answer | undefined,
  condition: string,
): object {
  return {
    version: '1.0',
    timestamp: new Date(context.clock.now()).toISOString(),
    requestContext: {
      requestId: event.id,
      functionArn: functionArn(context.place, {
        name: event.functionName,
        qualifier: event.qualifier ?? '$LATEST',
      }),
      condition,
      approximateInvokeCount: event.attempts + (answer ? 1 : 0),
    },
    requestPayload: parsed(event.payload),
    ...(answer && {
      responseContext: {
        statusCode: 200,
        executedVersion: answer.version,
        ...(answer.functionError ? { functionError: answer.functionError } : {}),
      },
      responsePayload: parsed(answer.payload),
    }),
  }
}
