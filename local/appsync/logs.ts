import type { CloudContext } from '../aws/context.ts'
import type { Api } from './api.ts'

/** Which levels of a line each FieldLogLevel lets through. */
const shown: Readonly<Record<string, readonly string[]>> = {
  ERROR: ['ERROR'],
  INFO: ['ERROR', 'INFO'],
  DEBUG: ['ERROR', 'INFO', 'DEBUG'],
  ALL: ['ERROR', 'INFO', 'DEBUG'],
}

/** Writes a line to the API's log group, if its LogConfig asks for lines of this level. */
export function logLine(context: CloudContext, api: Api, level: string, message: string): void {
  if (!shown[api.logs?.level ?? 'NONE']?.includes(level)) return
  context.log(`/aws/appsync/apis/${api.id}`, 'requests', message, context.clock.now())
}
