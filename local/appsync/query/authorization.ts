import type { GraphQLObjectType } from 'graphql'
import { AwsError } from '../../aws/error.ts'
import { RequestRefused } from '../http/refusal.ts'
import type { FieldGroups } from './collect.ts'
import type { Run } from './run.ts'

/** What a field answers that its caller may not use. */
export const notAuthorized = (field: string, type: string): { errorType: string; message: string } => ({
  errorType: 'Unauthorized',
  message: `Not Authorized to access ${field} on type ${type}`,
})

/** Whether the caller may use a field: by the directives, and for a root field by its IAM policies too. */
export function authorized(run: Run, type: string, field: string, depth: number): boolean {
  if (depth === 1 && run.forbidden.has(field)) return false
  return run.api.access(run.caller.mode, type, field)
}

/**
 * Asks the caller's IAM policies for each root field; other fields are no matter of policies. Throws RequestRefused
 * when nothing that is asked for is allowed.
 */
export function forbidByPolicy(run: Run, type: GraphQLObjectType, groups: FieldGroups): void {
  const { caller } = run
  if (caller.mode !== 'AWS_IAM') return
  const names = new Set([...groups.values()].flatMap(([node]) => node?.name.value ?? []))
  const asked = [...names].filter((name) => !name.startsWith('__'))
  for (const field of asked) {
    try {
      const resource = `${run.api.arn}/types/${type.name}/fields/${field}`
      run.context.authorize(caller.principal, { action: 'appsync:GraphQL', resource })
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      run.forbidden.add(field)
      const { code, message } = error
      const at = run.context.clock.now()
      const { principal } = caller
      run.context.report({
        at,
        service: 'appsync',
        what: 'denied',
        subject: field,
        principal,
        error: code,
        message,
      })
    }
  }
  if (asked.length > 0 && run.forbidden.size === asked.length)
    throw new RequestRefused(401, 'UnauthorizedException', 'Permission denied')
}
