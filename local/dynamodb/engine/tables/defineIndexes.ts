import { number, record, records, text, texts } from '../../../aws/input.ts'
import type { Input } from '../../../aws/service.ts'
import { invalid, invalidMembers, invalidValue } from '../errors.ts'
import { broken, shown } from '../members.ts'
import type { Index, KeySchema, KeyType, Projection, Table } from './table.ts'

const mostLocal = 5
const mostGlobal = 20

/** What the API's model does not allow of a KeySchema. */
export function keySchemaProblems(given: unknown, at: string): string[] {
  const elements = records(given)
  if (!Array.isArray(given)) return [broken('null', at, 'Member must not be null')]
  const all = `'[${elements.map((each) => `KeySchemaElement(attributeName=${String(each.AttributeName)}, keyType=${String(each.KeyType)})`).join(', ')}]'`
  if (elements.length === 0) return [broken(all, at, 'Member must have length greater than or equal to 1')]
  if (elements.length > 2) return [broken(all, at, 'Member must have length less than or equal to 2')]
  return elements.flatMap((each, position) =>
    each.KeyType === 'HASH' || each.KeyType === 'RANGE'
      ? []
      : [
          broken(
            shown(each.KeyType),
            `${at}.${position + 1}.member.keyType`,
            'Member must satisfy enum value set: [HASH, RANGE]',
          ),
        ],
  )
}

/** A key as a request describes it. Throws a ValidationException. */
export function keySchema(keyed: Input, types: Readonly<Record<string, KeyType>>): KeySchema {
  const elements = records(keyed.KeySchema)
  const names = elements.map((each) => text(each, 'AttributeName') ?? '')
  const [partition = '', sort] = names
  if (names.length > Object.keys(types).length)
    throw invalid('Invalid KeySchema: Some index key attribute have no definition')
  if (names.some((name) => !Object.hasOwn(types, name)))
    throw invalidValue(
      'Some index key attributes are not defined in AttributeDefinitions. ' +
        `Keys: [${names.join(', ')}], AttributeDefinitions: [${Object.keys(types).join(', ')}]`,
    )
  if (partition === sort)
    throw invalid('Both the Hash Key and the Range Key element in the KeySchema have the same name')
  if (elements[0]?.KeyType !== 'HASH')
    throw invalid('Invalid KeySchema: The first KeySchemaElement is not a HASH key type')
  if (elements[1] && elements[1].KeyType !== 'RANGE')
    throw invalid('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type')
  const of = (name: string) => ({ name, type: types[name] ?? 'S' })
  return { partition: of(partition), ...(sort !== undefined && { sort: of(sort) }) }
}

export function localIndexes(
  input: Input,
  tableKey: KeySchema,
  types: Readonly<Record<string, KeyType>>,
): Omit<Index, 'rows'>[] {
  const given = records(input.LocalSecondaryIndexes)
  if (Array.isArray(input.LocalSecondaryIndexes) && given.length === 0)
    throw invalidValue('List of LocalSecondaryIndexes is empty')
  if (given.length > 0 && !tableKey.sort)
    throw invalidValue(
      'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    )
  if (given.length > mostLocal)
    throw invalidValue(`Number of LocalSecondaryIndexes exceeds per-table limit of ${mostLocal}`)
  return given.map((each) => {
    const name = indexName(each)
    const key = keySchema(each, types)
    if (!key.sort) throw invalidValue(`Index KeySchema does not have a range key for index: ${name}`)
    if (key.partition.name !== tableKey.partition.name)
      throw invalidValue(
        `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${name}. ` +
          `index hash key: ${key.partition.name}, table hash key: ${tableKey.partition.name}`,
      )
    return { name, kind: 'local', key, projection: projectionOf(each) }
  })
}

export function globalIndexes(
  input: Input,
  types: Readonly<Record<string, KeyType>>,
  billing: Table['billing'],
): Omit<Index, 'rows'>[] {
  const given = records(input.GlobalSecondaryIndexes)
  if (Array.isArray(input.GlobalSecondaryIndexes) && given.length === 0)
    throw invalidValue('List of GlobalSecondaryIndexes is empty')
  if (given.length > mostGlobal)
    throw invalidValue(`GlobalSecondaryIndex count exceeds the per-table limit of ${mostGlobal}`)
  return given.map((each) => globalIndex(each, types, billing))
}

/** One global index, of CreateTable or UpdateTable. */
export function globalIndex(
  given: Input,
  types: Readonly<Record<string, KeyType>>,
  billing: Table['billing'],
): Omit<Index, 'rows'> {
  const name = indexName(given)
  const problems = keySchemaProblems(given.KeySchema, 'globalSecondaryIndexes.1.member.keySchema')
  if (problems.length > 0) throw invalidMembers(problems)
  const key = keySchema(given, types)
  const throughput = record(given.ProvisionedThroughput)
  if (billing === 'PAY_PER_REQUEST' && throughput && (number(throughput, 'ReadCapacityUnits') ?? 0) > 0)
    throw invalidValue(
      `ProvisionedThroughput should not be specified for index: ${name} when BillingMode is PAY_PER_REQUEST`,
    )
  return { name, kind: 'global', key, projection: projectionOf(given), throughput }
}

function indexName(given: Input): string {
  const name = text(given, 'IndexName') ?? ''
  if (/^[a-zA-Z0-9_.-]{3,255}$/.test(name)) return name
  throw invalidMembers([
    broken(shown(name), 'indexName', 'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]{3,255}'),
  ])
}

function projectionOf(given: Input): Projection {
  const projection = record(given.Projection)
  const type = projection && text(projection, 'ProjectionType')
  const names = projection && texts(projection.NonKeyAttributes)
  if (type !== 'ALL' && type !== 'KEYS_ONLY' && type !== 'INCLUDE')
    throw invalidValue(`Unknown ProjectionType: ${type ?? 'null'}`)
  if (type !== 'INCLUDE' && names && names.length > 0)
    throw invalidValue(`ProjectionType is ${type}, but NonKeyAttributes is specified`)
  return type === 'INCLUDE' ? (names ?? []) : type
}
