import { isObject } from './shape.ts'
import { statementOf } from './statement.ts'
import type { PolicyKind, Statement } from './statement.ts'

const versions = ['2012-10-17', '2008-10-17']

/** The statements of a policy document. `policy` names it in errors and reports; `account` is the cloud's own. */
export function statementsOf(
  document: unknown,
  policy: string,
  kind: PolicyKind,
  account: string,
): Statement[] {
  if (!isObject(document)) throw new Error(`${policy}: the policy document is not an object`)
  const { Version: version = '2008-10-17', Statement: statement, ...others } = document
  const unknown = Object.keys(others).filter((name) => name !== 'Id')
  if (typeof version !== 'string' || !versions.includes(version))
    throw new Error(
      `${policy}: The policy must contain a valid version string, not ${JSON.stringify(version)}`,
    )
  if (unknown.length > 0)
    throw new Error(`${policy}: Syntax errors in policy: unknown element ${unknown.join(', ')}`)
  const statements: unknown[] = Array.isArray(statement) ? statement : [statement]
  if (statement === undefined || statements.length === 0)
    throw new Error(`${policy}: The policy has no Statement`)
  const ids = statements.flatMap((each) => (isObject(each) && each.Sid !== undefined ? [each.Sid] : []))
  if (new Set(ids).size < ids.length)
    throw new Error(`${policy}: Statement IDs (SID) in a single policy must be unique.`)
  const variables = version === '2012-10-17'
  return statements.map((each, index) => statementOf(each, { policy, index, kind, account, variables }))
}
