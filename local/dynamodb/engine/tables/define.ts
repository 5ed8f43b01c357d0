import { flag, number, record, records, text, texts } from '../../../aws/input.ts'
import type { Input } from '../../../aws/service.ts'
import type { StreamViewType } from '../../tables/definition.ts'
import { invalid, invalidMembers, invalidValue } from '../errors.ts'
import { broken, shown } from '../members.ts'
import type { Index, KeySchema, KeyType, Projection, Stream } from './table.ts'

/** What CreateTable asks for, checked and in our words. */
export interface Definition {
  readonly name: string
  readonly types: Readonly<Record<string, KeyType>>
  readonly key: KeySchema
  readonly indexes: readonly Omit<Index, 'rows'>[]
  readonly billing: 'PROVISIONED' | 'PAY_PER_REQUEST'
  readonly throughput?: Input | undefined
  readonly stream?: StreamViewType | undefined
  readonly deletionProtection?: boolean | undefined
  readonly tableClass?: string | undefined
}

const mostLocal = 5
const mostGlobal = 20

/** Reads a CreateTable request. Throws a ValidationException. */
export function readDefinition(input: Input): Definition {
  const name = newTableName(input.TableName)
  checkModel(input)
  const types = attributeTypes(input)
  const billing = billingOf(input)
  const key = keySchema(input, types)
  const local = localIndexes(input, key, types)
  const global = globalIndexes(input, types, billing)
  const indexes = [...local, ...global]
  refuseRepeats(indexes.map((index) => index.name))
  refuseUnused(types, [key, ...indexes.map((index) => index.key)])
  return {
    name,
    types,
    key,
    indexes,
    billing,
    throughput: record(input.ProvisionedThroughput),
    stream: streamOf(input),
    deletionProtection: flag(input, 'DeletionProtectionEnabled'),
    tableClass: text(input, 'TableClass'),
  }
}

function newTableName(given: unknown): string {
  if (typeof given !== 'string')
    throw invalid("The parameter 'TableName' is required but was not present in the request")
  const problem = (constraint: string): Error =>
    invalidMembers([broken(shown(given), 'tableName', constraint)])
  if (given.length < 3) throw problem('Member must have length greater than or equal to 3')
  if (given.length > 255) throw problem('Member must have length less than or equal to 255')
  if (!/^[a-zA-Z0-9_.-]+$/.test(given))
    throw problem('Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+')
  return given
}

function checkModel(input: Input): void {
  const problems: string[] = []
  for (const [at, each] of records(input.AttributeDefinitions).entries())
    if (!['S', 'N', 'B'].includes(String(each.AttributeType)))
      problems.push(
        broken(
          shown(each.AttributeType),
          `attributeDefinitions.${at + 1}.member.attributeType`,
          'Member must satisfy enum value set: [B, N, S]',
        ),
      )
  problems.push(...keySchemaProblems(input.KeySchema, 'keySchema'))
  const billing = input.BillingMode
  if (billing !== undefined && billing !== 'PROVISIONED' && billing !== 'PAY_PER_REQUEST')
    problems.push(
      broken(
        shown(billing),
        'billingMode',
        'Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]',
      ),
    )
  if (problems.length > 0) throw invalidMembers(problems)
}

function keySchemaProblems(given: unknown, at: string): string[] {
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

/** Names and types of AttributeDefinitions. */
export function attributeTypes(input: Input): Record<string, KeyType> {
  return Object.fromEntries(
    records(input.AttributeDefinitions).map((each) => [
      text(each, 'AttributeName') ?? '',
      each.AttributeType as KeyType,
    ]),
  )
}

function keySchema(keyed: Input, types: Readonly<Record<string, KeyType>>): KeySchema {
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

function localIndexes(
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

function globalIndexes(
  input: Input,
  types: Readonly<Record<string, KeyType>>,
  billing: Definition['billing'],
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
  billing: Definition['billing'],
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

function billingOf(input: Input): Definition['billing'] {
  const throughput = record(input.ProvisionedThroughput)
  if (input.BillingMode === 'PAY_PER_REQUEST') {
    if (throughput)
      throw invalidValue(
        'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
      )
    return 'PAY_PER_REQUEST'
  }
  if (!throughput || !number(throughput, 'ReadCapacityUnits') || !number(throughput, 'WriteCapacityUnits'))
    throw invalidValue(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    )
  return 'PROVISIONED'
}

const viewTypes = ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'] as const

/** The view type of the stream a request switches on. */
export function streamOf(input: Input): Stream['viewType'] | undefined {
  const specification = record(input.StreamSpecification)
  if (!specification || flag(specification, 'StreamEnabled') === false) return undefined
  const viewType = viewTypes.find((each) => each === specification.StreamViewType)
  if (!viewType)
    throw invalidValue(
      'StreamViewType is required when StreamEnabled is true and must be one of the known types',
    )
  return viewType
}

function refuseRepeats(names: readonly string[]): void {
  const repeated = names.find((name, at) => names.indexOf(name) < at)
  if (repeated !== undefined) throw invalidValue(`Duplicate index name: ${repeated}`)
}

function refuseUnused(types: Readonly<Record<string, KeyType>>, keys: readonly KeySchema[]): void {
  const defined = Object.keys(types)
  const used = new Set(keys.flatMap(({ partition, sort }) => [partition.name, ...(sort ? [sort.name] : [])]))
  if (defined.every((name) => used.has(name))) return
  throw keys.length === 1
    ? invalidValue(
        'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
      )
    : invalidValue(
        `Some AttributeDefinitions are not used. AttributeDefinitions: [${defined.join(', ')}], keys used: [${[...used].join(', ')}]`,
      )
}
