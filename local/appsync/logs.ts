import type { CloudContext } from '../aws/context.ts'
import { arn } from '../aws/place.ts'
import type { Api } from './api.ts'

/** Which levels of a line each FieldLogLevel lets through. A WARN is a line that AppSync does not have. */
const shown: Readonly<Record<string, readonly string[]>> = {
  ERROR: ['ERROR', 'WARN'],
  INFO: ['ERROR', 'WARN', 'INFO'],
  DEBUG: ['ERROR', 'WARN', 'INFO', 'DEBUG'],
  ALL: ['ERROR', 'WARN', 'INFO', 'DEBUG'],
}

/** Writes a line to the API's log group, if its LogConfig asks for lines of this level and its role may write them. */
export function logLine(context: CloudContext, api: Api, level: string, message: string): void {
  if (!api.logs || !shown[api.logs.level]?.includes(level)) return
  const group = `/aws/appsync/apis/${api.id}`
  if (mayWrite(context, api.logs.role, arn(context.place, 'logs', `log-group:${group}:log-stream:requests`)))
    context.log(group, 'requests', message, context.clock.now())
}

function mayWrite(context: CloudContext, roleArn: string | undefined, resource: string): boolean {
  if (roleArn === undefined) return true
  try {
    for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents'])
      context.authorize({ kind: 'role', roleArn, session: 'APPSYNC' }, { action, resource })
    return true
  } catch {
    return false
  }
}
