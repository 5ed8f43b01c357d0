import { RequestError } from '../dataSource.ts'
import { fieldsAt, isMap, onlyFields, optional, requiredString, type Fields } from '../request.ts'
import { wireValues, type Attributes } from './values.ts'

/** An expression of a request object, ready for DynamoDB. */
export interface Expression {
  readonly text: string
  readonly names: Readonly<Record<string, string>>
  readonly values: Attributes
}

const members = ['expression', 'expressionNames', 'expressionValues']

/** Reads `{expression, expressionNames?, expressionValues?}`; `more` names what else this place may hold. */
export function expressionAt(value: unknown, path: string, more: readonly string[] = []): Expression {
  const fields = fieldsAt(parsed(value), path)
  onlyFields(fields, [...members, ...more], path)
  return {
    text: requiredString(fields, 'expression', path),
    names: namesOf(fields, path),
    values: isMap(fields.expressionValues)
      ? wireValues(fields.expressionValues, `${path}[expressionValues]`)
      : {},
  }
}

export function optionalExpression(fields: Fields, name: string): Expression | undefined {
  const value = fields[name]
  return value === undefined || value === null ? undefined : expressionAt(value, `$[${name}]`)
}

/** `util.transform` answers text: where a map is expected, its JSON will do. */
export function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value) as unknown
  } catch {
    throw new RequestError(`Unable to parse '${value}' as a JSON expression.`)
  }
}

/** The members `ExpressionAttributeNames` and `…Values` for all of a request's expressions; DynamoDB refuses empty ones. */
export function placeholders(...expressions: (Expression | undefined)[]): Record<string, unknown> {
  const names: Record<string, string> = {}
  const values: Record<string, unknown> = {}
  for (const expression of expressions) {
    Object.assign(names, expression?.names)
    Object.assign(values, expression?.values)
  }
  return {
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  }
}

function namesOf(fields: Fields, path: string): Record<string, string> {
  const names: Record<string, string> = {}
  if (!isMap(fields.expressionNames)) return names
  for (const placeholder of Object.keys(fields.expressionNames)) {
    const name = optional(fields.expressionNames, placeholder, 'string', `${path}[expressionNames]`)
    if (name !== undefined) names[placeholder] = name
  }
  return names
}
