import { flag, number, record, records, text } from '../../../aws/input.ts'
import type { Input } from '../../../aws/service.ts'
import type { StreamViewType } from '../../tables/definition.ts'
import { invalid, invalidMembers, invalidValue } from '../errors.ts'
import { broken, shown } from '../members.ts'
import { globalIndexes, keySchema, keySchemaProblems, localIndexes } from './defineIndexes.ts'
import type { Index, KeySchema, KeyType, Stream } from './table.ts'

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

/** Reads a CreateTable request. Throws a ValidationException. */
export function readDefinition(input: Input): Definition {
  const name = newTableName(input.TableName)
  checkModel(input)
  const types = attributeTypes(input)
  const billing = billingOf(input)
  const key = keySchema(input, types)
  const local = localIndexes(input, key, types)
  const global = globalIndexes(input, types, billing)
  const indexes = [...global, ...local]
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

/** Names and types of AttributeDefinitions. */
export function attributeTypes(input: Input): Record<string, KeyType> {
  return Object.fromEntries(
    records(input.AttributeDefinitions).map((each) => [
      text(each, 'AttributeName') ?? '',
      each.AttributeType as KeyType,
    ]),
  )
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
