import { runtime, type Context, type HTTPRequest } from '@aws-appsync/utils'
import type { RetryStash } from './Mutation.retryOrder.ts'

/** Starts order-undo, named by order and version so that one retry is one undo. */
export function request(ctx: Context<object, RetryStash>): HTTPRequest<string> {
  if (!ctx.stash.fenced) runtime.earlyReturn({})
  const order = ctx.stash.order
  return {
    method: 'POST',
    resourcePath: '/',
    params: {
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AWSStepFunctions.StartExecution',
      },
      body: JSON.stringify({
        stateMachineArn: ctx.env.UNDO_MACHINE_ARN,
        name: `${order.id}-${order.version}`,
        input: JSON.stringify({ orderId: order.id, step: 'retryOrder', error: 'Retried' }),
      }),
    },
  }
}

/** The fence stands: an undo that did not start is started by recover-orders, so no failure here is the caller's. */
export function response(
  ctx: Context<object, RetryStash, object, object, { statusCode: number; body: string } | null>,
): object {
  const status = ctx.result?.statusCode ?? 0
  const started = status === 200 || (ctx.result?.body ?? '').indexOf('ExecutionAlreadyExists') !== -1
  if (ctx.error || !started) {
    console.error('undo not started', {
      orderId: ctx.stash.order.id,
      status,
      error: ctx.error?.type ?? null,
    })
  }
  return {}
}
