import { record, records, text, texts } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'
import { invalid, invalidValue } from './errors.ts'

/**
 * Parameters from before there were expressions. Each says what an expression can say, too.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
 */
const translations: Readonly<Record<string, (given: unknown, input: Input, named: Named) => Input>> = {
  AttributeUpdates: (given, _, named) => updateExpression(given, named),
  Expected: (given, input, named) => ({ ConditionExpression: conditions(given, input, named, expected) }),
  KeyConditions: (given, _, named) => ({ KeyConditionExpression: conditions(given, {}, named, compared) }),
  QueryFilter: (given, input, named) => ({ FilterExpression: conditions(given, input, named, compared) }),
  ScanFilter: (given, input, named) => ({ FilterExpression: conditions(given, input, named, compared) }),
  AttributesToGet: (given, _, named) => ({
    ProjectionExpression: [...new Set(texts(given))].map(named.name).join(', '),
  }),
}

/** Names and values that a translation gave placeholders. */
interface Named {
  readonly names: Record<string, string>
  readonly values: Record<string, unknown>
  readonly name: (attribute: string) => string
  readonly value: (value: unknown) => string
}

/** The same request with expressions only. Throws a ValidationException when it has both. */
export function inExpressions(input: Input): Input {
  const given = [...Object.keys(translations), 'ConditionalOperator'].filter(
    (name) => input[name] !== undefined && input[name] !== null,
  )
  if (given.length === 0) return input
  const expressions = Object.keys(input).filter((name) => name.endsWith('Expression'))
  if (expressions.length > 0)
    throw invalid(
      'Can not use both expression and non-expression parameters in the same request: ' +
        `Non-expression parameters: {${given.join(', ')}} Expression parameters: {${expressions.join(', ')}}`,
    )
  const named = placeholders()
  const translated = given.map((name) => translations[name]?.(input[name], input, named) ?? {})
  const rest = Object.entries(input).filter(([name]) => !given.includes(name))
  return Object.assign(
    Object.fromEntries(rest),
    ...translated,
    Object.keys(named.names).length > 0 && { ExpressionAttributeNames: named.names },
    Object.keys(named.values).length > 0 && { ExpressionAttributeValues: named.values },
  ) as Input
}

function placeholders(): Named {
  const names: Record<string, string> = {}
  const values: Record<string, unknown> = {}
  return {
    names,
    values,
    name(attribute) {
      const placeholder = `#n${Object.keys(names).length}`
      names[placeholder] = attribute
      return placeholder
    },
    value(value) {
      const placeholder = `:v${Object.keys(values).length}`
      values[placeholder] = value
      return placeholder
    },
  }
}

type Translate = (attribute: string, condition: Input, named: Named) => string

function conditions(given: unknown, input: Input, named: Named, translate: Translate): string | undefined {
  const all = Object.entries(record(given) ?? {}).map(([attribute, condition]) =>
    translate(attribute, record(condition) ?? {}, named),
  )
  return all.length === 0
    ? undefined
    : all.join(text(input, 'ConditionalOperator') === 'OR' ? ' OR ' : ' AND ')
}

/** `{ Exists: false }`, `{ Value }`, or a comparison. */
function expected(attribute: string, condition: Input, named: Named): string {
  const { Exists, Value, ComparisonOperator } = condition
  if (ComparisonOperator !== undefined) {
    const list = condition.AttributeValueList ?? (Value === undefined ? [] : [Value])
    return compared(attribute, { ...condition, AttributeValueList: list }, named)
  }
  if (Exists === false) return `attribute_not_exists(${named.name(attribute)})`
  if (Value === undefined)
    throw invalidValue(
      `Value must be provided when Exists is ${Exists === undefined ? 'null' : 'true'} for Attribute: ${attribute}`,
    )
  return `${named.name(attribute)} = ${named.value(Value)}`
}

const signs: Readonly<Record<string, string>> = { EQ: '=', NE: '<>', LT: '<', LE: '<=', GT: '>', GE: '>=' }

function compared(
  attribute: string,
  { ComparisonOperator, AttributeValueList }: Input,
  named: Named,
): string {
  const operator = String(ComparisonOperator)
  const name = named.name(attribute)
  const [first = '', second = '', ...others] = records(AttributeValueList).map(named.value)
  const count = [first, second, ...others].filter((each) => each !== '').length
  const takes = (wanted: boolean, expression: string): string => {
    if (wanted) return expression
    throw invalidValue(`Invalid number of argument(s) for the ${operator} ComparisonOperator`)
  }
  const sign = signs[operator]
  if (sign !== undefined) return takes(count === 1, `${name} ${sign} ${first}`)
  switch (operator) {
    case 'NULL':
      return takes(count === 0, `attribute_not_exists(${name})`)
    case 'NOT_NULL':
      return takes(count === 0, `attribute_exists(${name})`)
    case 'CONTAINS':
      return takes(count === 1, `contains(${name}, ${first})`)
    case 'NOT_CONTAINS':
      return takes(count === 1, `NOT contains(${name}, ${first})`)
    case 'BEGINS_WITH':
      return takes(count === 1, `begins_with(${name}, ${first})`)
    case 'BETWEEN':
      return takes(count === 2, `${name} BETWEEN ${first} AND ${second}`)
    case 'IN':
      return takes(
        count > 0,
        `${name} IN (${[first, second, ...others].filter((each) => each !== '').join(', ')})`,
      )
    default:
      throw invalidValue(`Unknown ComparisonOperator: ${operator}`)
  }
}

function updateExpression(given: unknown, named: Named): Input {
  const sections: Record<'SET' | 'REMOVE' | 'ADD' | 'DELETE', string[]> = {
    SET: [],
    REMOVE: [],
    ADD: [],
    DELETE: [],
  }
  for (const [attribute, update] of Object.entries(record(given) ?? {})) {
    const { Action = 'PUT', Value } = record(update) ?? {}
    const name = named.name(attribute)
    if (Action === 'DELETE' && Value === undefined) sections.REMOVE.push(name)
    else if (Value === undefined)
      throw invalidValue('Only DELETE action is allowed when no attribute value is specified')
    else if (Action === 'ADD' && record(Value)?.L !== undefined)
      sections.SET.push(
        `${name} = list_append(if_not_exists(${name}, ${named.value({ L: [] })}), ${named.value(Value)})`,
      )
    else if (Action === 'ADD' || Action === 'DELETE') sections[Action].push(`${name} ${named.value(Value)}`)
    else sections.SET.push(`${name} = ${named.value(Value)}`)
  }
  const used = Object.entries(sections).filter(([, actions]) => actions.length > 0)
  if (used.length === 0) return {}
  return { UpdateExpression: used.map(([section, actions]) => `${section} ${actions.join(', ')}`).join(' ') }
}
