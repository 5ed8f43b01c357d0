import { isDeepStrictEqual } from 'node:util'
import { AwsError } from '../../aws/error.ts'
import { record, records, text, texts } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'
import type { Database } from '../database.ts'
import type { TableDefinition } from './definition.ts'

const api = (action: string): string => `DynamoDB_20120810.${action}`

/** Brings one table to its definition without losing an item; throws when only replacing the table could. */
export async function deployTable(database: Database, definition: TableDefinition): Promise<void> {
  const { backend } = database
  const existing = await describe(database, definition.name)
  if (!existing) await backend.send(api('CreateTable'), { ...definition.create, ...streamOf(definition) })
  else await bringUpToDate(database, definition, existing)
  await setTimeToLive(database, definition)
}

async function describe(database: Database, name: string): Promise<Input | undefined> {
  try {
    const answer = await database.backend.send(api('DescribeTable'), { TableName: name })
    return record(record(answer)?.Table)
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return undefined
    throw error
  }
}

async function bringUpToDate(
  database: Database,
  definition: TableDefinition,
  existing: Input,
): Promise<void> {
  refuseReplacement(definition, existing)
  const update = (change: Input): Promise<object> | object =>
    database.backend.send(api('UpdateTable'), { TableName: definition.name, ...change })

  const wanted = records(definition.create.GlobalSecondaryIndexes)
  const existingIndexes = records(existing.GlobalSecondaryIndexes)
  for (const index of existingIndexes)
    if (!wanted.some((each) => sameIndex(each, index)))
      await update({ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: index.IndexName } }] })
  for (const index of wanted)
    if (!existingIndexes.some((each) => sameIndex(each, index)))
      await update({
        AttributeDefinitions: definition.create.AttributeDefinitions,
        GlobalSecondaryIndexUpdates: [{ Create: index }],
      })

  const present = record(existing.StreamSpecification)?.StreamViewType
  if (present !== undefined && present !== definition.stream)
    await update({ StreamSpecification: { StreamEnabled: false } })
  if (definition.stream && present !== definition.stream) await update(streamOf(definition))
}

function streamOf({ stream }: TableDefinition): Input {
  return stream ? { StreamSpecification: { StreamEnabled: true, StreamViewType: stream } } : {}
}

/** AWS would create a new, empty table for these changes. */
function refuseReplacement(definition: TableDefinition, existing: Input): void {
  const { create, title } = definition
  const changed = ['KeySchema', 'LocalSecondaryIndexes'].find(
    (property) => !isDeepStrictEqual(shape(create, property), shape(existing, property)),
  )
  const retyped = records(create.KeySchema)
    .map((key) => text(key, 'AttributeName') ?? '')
    .find((name) => attributeType(create, name) !== attributeType(existing, name))
  if (changed === undefined && retyped === undefined) return
  throw new Error(
    `${title}: ${changed ?? `the type of the key ${retyped ?? ''}`} of the existing table ${definition.name} ` +
      'cannot be changed without losing its items: give it another TableName, or forget all data with --reset.',
  )
}

/** Keys and indexes as they were asked for, without what DescribeTable adds. */
function shape(table: Input, property: string): unknown {
  if (property === 'KeySchema') return keys(table)
  return records(table[property]).map(indexShape).sort()
}

function sameIndex(one: Input, other: Input): boolean {
  return indexShape(one) === indexShape(other)
}

function indexShape(index: Input): string {
  const { ProjectionType, NonKeyAttributes } = record(index.Projection) ?? {}
  return JSON.stringify([
    index.IndexName,
    keys(index),
    ProjectionType ?? 'ALL',
    texts(NonKeyAttributes).sort(),
  ])
}

function keys(keyed: Input): string[] {
  return records(keyed.KeySchema).map((key) => `${String(key.KeyType)} ${String(key.AttributeName)}`)
}

function attributeType(table: Input, name: string): unknown {
  return records(table.AttributeDefinitions).find((each) => each.AttributeName === name)?.AttributeType
}

async function setTimeToLive(database: Database, { name, ttl }: TableDefinition): Promise<void> {
  const answer = await database.backend.send(api('DescribeTimeToLive'), { TableName: name })
  const { TimeToLiveStatus: status, AttributeName: present } =
    record(record(answer)?.TimeToLiveDescription) ?? {}
  const enabled = status === 'ENABLED' || status === 'ENABLING'
  const set = (Enabled: boolean, AttributeName: unknown): Promise<object> | object =>
    database.backend.send(api('UpdateTimeToLive'), {
      TableName: name,
      TimeToLiveSpecification: { Enabled, AttributeName },
    })
  if (enabled && present !== ttl) await set(false, present)
  if (ttl !== undefined && !(enabled && present === ttl)) await set(true, ttl)
}
