import { flag, number, record, records, text } from '../../aws/input.ts'
import type { Resource } from '../../aws/resource.ts'
import type { Input, PolicyDocument } from '../../aws/service.ts'

export type StreamViewType = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES'

/** A table as the template wants it, in the words of CreateTable. */
export interface TableDefinition {
  readonly name: string
  /** `Things (AWS::DynamoDB::Table)`-like, for messages. */
  readonly title: string
  readonly create: Input
  readonly stream: StreamViewType | undefined
  /** Attribute that holds the expiry, in seconds since the epoch. */
  readonly ttl: string | undefined
  readonly policy: PolicyDocument | undefined
}

/** Properties that say what the table is. */
const meant = new Set([
  'TableName',
  'AttributeDefinitions',
  'KeySchema',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
  'BillingMode',
  'ProvisionedThroughput',
  'StreamSpecification',
  'TimeToLiveSpecification',
  'Replicas',
  'ResourcePolicy',
])

/** Properties that change nothing on one machine: capacity, encryption, backups, bills. */
const withoutEffect = new Set([
  'SSESpecification',
  'PointInTimeRecoverySpecification',
  'ContributorInsightsSpecification',
  'DeletionProtectionEnabled',
  'OnDemandThroughput',
  'WarmThroughput',
  'TableClass',
  'Tags',
  'WriteProvisionedThroughputSettings',
  'WriteOnDemandThroughputSettings',
  'ReadProvisionedThroughputSettings',
  'ReadOnDemandThroughputSettings',
  'Region',
])

/** Reads `AWS::DynamoDB::Table` and `AWS::DynamoDB::GlobalTable` alike; throws an Error that names what it cannot do. */
export function tableDefinition(resource: Resource, region: string): TableDefinition {
  const { properties } = resource
  const title = `${resource.logicalId} (${resource.type})`
  const replica = onlyReplica(properties, title, region)
  refuseUnknown(properties, title)
  refuseUnknown(replica ?? {}, `${title}, replica ${region}`)

  const streams = record(properties.StreamSpecification)
  const policy = record(record((replica ?? properties).ResourcePolicy)?.PolicyDocument)
  const ttl = record(properties.TimeToLiveSpecification)
  const provisioned = properties.BillingMode !== 'PAY_PER_REQUEST' && record(properties.ProvisionedThroughput)
  return {
    name: resource.ref,
    title,
    stream: streams && ((text(streams, 'StreamViewType') ?? 'NEW_AND_OLD_IMAGES') as StreamViewType),
    ttl: ttl && flag(ttl, 'Enabled') ? text(ttl, 'AttributeName') : undefined,
    policy: policy && { Statement: policy.Statement },
    create: {
      TableName: resource.ref,
      AttributeDefinitions: properties.AttributeDefinitions,
      KeySchema: properties.KeySchema,
      BillingMode: provisioned ? 'PROVISIONED' : 'PAY_PER_REQUEST',
      ...(provisioned && { ProvisionedThroughput: throughput(provisioned) }),
      ...indexes(properties, 'GlobalSecondaryIndexes', provisioned || undefined),
      ...indexes(properties, 'LocalSecondaryIndexes', undefined),
    },
  }
}

function onlyReplica(properties: Input, title: string, region: string): Input | undefined {
  if (properties.Replicas === undefined) return undefined
  const [first, ...others] = records(properties.Replicas)
  if (!first || others.length > 0 || first.Region !== region)
    throw new Error(`${title}: replicas in other regions than ${region} are not supported here.`)
  return first
}

function refuseUnknown(properties: Input, title: string): void {
  const unknown = Object.keys(properties).find((name) => !meant.has(name) && !withoutEffect.has(name))
  if (unknown !== undefined) throw new Error(`${title}: the property ${unknown} is not supported here.`)
}

function indexes(properties: Input, property: string, provisioned: Input | undefined): Input {
  const list = records(properties[property]).map((index) => ({
    IndexName: index.IndexName,
    KeySchema: index.KeySchema,
    Projection: index.Projection,
    ...(provisioned && {
      ProvisionedThroughput: throughput(record(index.ProvisionedThroughput) ?? provisioned),
    }),
  }))
  return list.length === 0 ? {} : { [property]: list }
}

function throughput(given: Input): Input {
  return {
    ReadCapacityUnits: number(given, 'ReadCapacityUnits') ?? 1,
    WriteCapacityUnits: number(given, 'WriteCapacityUnits') ?? 1,
  }
}
