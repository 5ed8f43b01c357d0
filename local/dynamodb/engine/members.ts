import { record, text } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'
import { invalidMembers } from './errors.ts'

/** Members that many requests have, and the values they may have. */
const enumerations = {
  ReturnConsumedCapacity: ['INDEXES', 'TOTAL', 'NONE'],
  ReturnItemCollectionMetrics: ['SIZE', 'NONE'],
  ReturnValues: ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW'],
  ReturnValuesOnConditionCheckFailure: ['ALL_OLD', 'NONE'],
  Select: ['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'],
} as const

/** Refuses a request whose simple members are not what the API's model says. */
export function checkMembers(input: Input): void {
  const problems = tableNameProblems(input.TableName)
  for (const [name, values] of Object.entries(enumerations)) {
    const given = input[name]
    if (given === undefined || given === null || (values as readonly unknown[]).includes(given)) continue
    const constraint = `Member must satisfy enum value set: [${values.join(', ')}]`
    problems.push(broken(shown(given), lowerFirst(name), constraint))
  }
  if (problems.length > 0) throw invalidMembers(problems)
}

/** Refuses a request for something else than one table. */
export function checkTableName(name: unknown): void {
  const problems = tableNameProblems(name)
  if (problems.length > 0) throw invalidMembers(problems)
}

function tableNameProblems(name: unknown): string[] {
  if (typeof name !== 'string') return [broken('null', 'tableName', 'Member must not be null')]
  const problem = (constraint: string): string[] => [broken(`'${name}'`, 'tableName', constraint)]
  if (name === '') return problem('Member must have length greater than or equal to 1')
  if (name.startsWith('arn:')) return []
  if (!/^[a-zA-Z0-9_.-]+$/.test(name))
    return problem('Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+')
  return name.length > 255 ? problem('Member must have length less than or equal to 255') : []
}

/** `Value '0' at 'limit' failed to satisfy constraint: …`. */
export function broken(value: string, member: string, constraint: string): string {
  return `Value ${value} at '${member}' failed to satisfy constraint: ${constraint}`
}

export function shown(given: unknown): string {
  return `'${typeof given === 'string' ? given : JSON.stringify(given)}'`
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}

/** A required member that is an object. */
export function required(input: Input, name: string): Input {
  const found = record(input[name])
  if (!found) throw invalidMembers([broken('null', lowerFirst(name), 'Member must not be null')])
  return found
}

export function wantsOld(input: Input): boolean {
  return text(input, 'ReturnValuesOnConditionCheckFailure') === 'ALL_OLD'
}
