import type { CloudContext } from '../../aws/context.ts'
import type { Api } from '../api.ts'
import { logLine } from '../logs.ts'

export interface Answered {
  readonly requestId: string
  readonly status: number
  /** Milliseconds. */
  readonly took: number
}

/** Counts a request as AppSync does in CloudWatch, and sums it up in the log where the API has one. */
export function recordRequest(context: CloudContext, api: Api, { requestId, status, took }: Answered): void {
  const at = context.clock.now()
  const datum = { namespace: 'AWS/AppSync', dimensions: { GraphQLAPIId: api.id }, at }
  context.metric({ ...datum, name: '4XXError', value: status >= 400 && status < 500 ? 1 : 0, unit: 'Count' })
  context.metric({ ...datum, name: '5XXError', value: status >= 500 ? 1 : 0, unit: 'Count' })
  context.metric({ ...datum, name: 'Latency', value: took, unit: 'Milliseconds' })
  const latency = Math.round(took * 1e6)
  const summary = { logType: 'RequestSummary', requestId, graphQLAPIId: api.id, statusCode: status, latency }
  logLine(context, api, 'INFO', JSON.stringify(summary))
}
