import type { CloudContext } from '../../aws/context.ts'
import type { Api } from '../api.ts'

/** Counts a request as AppSync does in CloudWatch. */
export function recordRequest(context: CloudContext, api: Api, status: number, took: number): void {
  const at = context.clock.now()
  const datum = { namespace: 'AWS/AppSync', dimensions: { GraphQLAPIId: api.id }, at }
  context.metric({ ...datum, name: '4XXError', value: status >= 400 && status < 500 ? 1 : 0, unit: 'Count' })
  context.metric({ ...datum, name: '5XXError', value: status >= 500 ? 1 : 0, unit: 'Count' })
  context.metric({ ...datum, name: 'Latency', value: took, unit: 'Milliseconds' })
}
