import type { Context, HTTPRequest } from '@aws-appsync/utils'

/** What Step Functions answers by its HTTP API. */
export interface StartAnswer {
  statusCode: number
  body: string
}

/** Asks Step Functions for an execution of this name, which a machine takes once. */
export function startExecution(stateMachineArn: string, name: string, input: object): HTTPRequest<string> {
  return {
    method: 'POST',
    resourcePath: '/',
    params: {
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AWSStepFunctions.StartExecution',
      },
      body: JSON.stringify({ stateMachineArn, name, input: JSON.stringify(input) }),
    },
  }
}

/** Logs an execution that did not start. One that was started before is as good. */
export function logUnlessStarted(
  ctx: Context<object, object, object, object, StartAnswer | null>,
  what: string,
  orderId: string,
): void {
  const status = ctx.result?.statusCode ?? 0
  const started = status === 200 || (ctx.result?.body ?? '').indexOf('ExecutionAlreadyExists') !== -1
  if (ctx.error || !started) {
    console.error(`${what} not started`, { orderId, status, error: ctx.error?.type ?? null })
  }
}
