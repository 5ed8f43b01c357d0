import { runtime, type Context, type HTTPRequest } from '@aws-appsync/utils'
import type { CreateStash } from './Mutation.createOrder.ts'

/** Starts the saga, named by the order so that it can never start twice. It carries the id and nothing of the person. */
export function request(ctx: Context<object, CreateStash>): HTTPRequest<string> {
  const order = ctx.stash.order
  if (order.status !== 'NEW') runtime.earlyReturn({})
  return {
    method: 'POST',
    resourcePath: '/',
    params: {
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AWSStepFunctions.StartExecution',
      },
      body: JSON.stringify({
        stateMachineArn: ctx.env.STATE_MACHINE_ARN,
        name: order.id,
        input: JSON.stringify({ orderId: order.id }),
      }),
    },
  }
}

/** The order stands: a saga that did not start is started by recover-orders, so no failure here is the caller's. */
export function response(
  ctx: Context<object, CreateStash, object, object, { statusCode: number; body: string } | null>,
): object {
  const status = ctx.result?.statusCode ?? 0
  const started = status === 200 || (ctx.result?.body ?? '').indexOf('ExecutionAlreadyExists') !== -1
  if (ctx.error || !started) {
    console.error('saga not started', { orderId: ctx.stash.order.id, status, error: ctx.error?.type ?? null })
  }
  return {}
}
