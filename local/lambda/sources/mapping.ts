import type { Place } from '../../aws/place.ts'
import type { Resource } from '../../aws/resource.ts'
import { compilePattern, type Matcher } from '../../events/pattern.ts'
import { functionArn, parseFunctionName, type FunctionName } from '../name.ts'
import { isObject, propertiesOf, type Properties } from '../properties.ts'

/** An event source mapping of the template. */
export interface Mapping {
  readonly uuid: string
  readonly arn: string
  readonly target: FunctionName
  readonly functionArn: string
  readonly sourceArn: string
  readonly kind: 'queue' | 'stream'
  readonly enabled: boolean
  readonly batchSize: number
  /** Milliseconds to wait for a batch to fill. */
  readonly window: number
  readonly filterTexts: readonly string[]
  /** True when no filter is set or one of them fits. */
  readonly wanted: Matcher
  readonly reportsItemFailures: boolean
  /** Of a queue. */
  readonly maximumConcurrency?: number | undefined
  /** What only a stream has. */
  readonly stream: StreamSettings
}

export interface StreamSettings {
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST'
  readonly parallelization: number
  readonly bisect: boolean
  /** Undefined: for as long as the record is kept. */
  readonly maximumRetries?: number | undefined
  /** Milliseconds; undefined: any age. */
  readonly maximumAge?: number | undefined
  /** ARN of the queue or topic that is told of given-up batches. */
  readonly onFailure?: string | undefined
}

const common = [
  ...['FunctionName', 'EventSourceArn', 'Enabled', 'BatchSize', 'MaximumBatchingWindowInSeconds'],
  ...['FilterCriteria', 'FunctionResponseTypes', 'Tags'],
]
const ofStreams = [
  ...['StartingPosition', 'ParallelizationFactor', 'BisectBatchOnFunctionError', 'MaximumRetryAttempts'],
  ...['MaximumRecordAgeInSeconds', 'DestinationConfig'],
]

export function readMapping(resource: Resource, place: Place): Mapping {
  const given = propertiesOf(resource)
  const sourceArn = given.text('EventSourceArn')
  const service = sourceArn.split(':')[2]
  if (service !== 'sqs' && !(service === 'dynamodb' && sourceArn.includes('/stream/')))
    throw new Error(
      `${given.path}: EventSourceArn ${sourceArn} is not supported here, only SQS queues and DynamoDB streams`,
    )
  const kind = service === 'sqs' ? 'queue' : 'stream'
  given.only([...common, ...(kind === 'queue' ? ['ScalingConfig'] : ofStreams)])
  const target = parseFunctionName(given.text('FunctionName'))
  const filterTexts = readFilters(given)
  const matchers = filterTexts.map((text) => compilePattern(JSON.parse(text)))
  const mapping: Mapping = {
    uuid: resource.ref,
    arn: resource.attributes.EventSourceMappingArn ?? '',
    target,
    functionArn: functionArn(place, target),
    sourceArn,
    kind,
    enabled: given.flag('Enabled') ?? true,
    batchSize: within(given, 'BatchSize', 1, 10_000) ?? (kind === 'queue' ? 10 : 100),
    window: (within(given, 'MaximumBatchingWindowInSeconds', 0, 300) ?? 0) * 1000,
    filterTexts,
    wanted: (event) => matchers.length === 0 || matchers.some((matches) => matches(event)),
    reportsItemFailures: given.list('FunctionResponseTypes').includes('ReportBatchItemFailures'),
    maximumConcurrency: readMaximumConcurrency(given),
    stream: readStreamSettings(given, kind),
  }
  if (kind === 'queue' && mapping.batchSize > 10 && mapping.window === 0)
    throw new Error(
      `${given.path}: Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10`,
    )
  return mapping
}

function readFilters(given: Properties): string[] {
  const filters = given.object('FilterCriteria')?.list('Filters') ?? []
  return filters.map((filter) => {
    if (isObject(filter) && typeof filter.Pattern === 'string') return filter.Pattern
    throw new Error(`${given.path}: FilterCriteria has a filter without a Pattern`)
  })
}

function readMaximumConcurrency(given: Properties): number | undefined {
  const scaling = given.object('ScalingConfig')
  return scaling && within(scaling, 'MaximumConcurrency', 2, 1000)
}

function readStreamSettings(given: Properties, kind: Mapping['kind']): StreamSettings {
  const position = kind === 'stream' ? given.text('StartingPosition') : 'LATEST'
  if (position !== 'TRIM_HORIZON' && position !== 'LATEST')
    throw new Error(`${given.path}: StartingPosition ${position} is not one a DynamoDB stream has`)
  const retries = within(given, 'MaximumRetryAttempts', -1, 10_000)
  const age = within(given, 'MaximumRecordAgeInSeconds', -1, 604_800)
  return {
    startingPosition: position,
    parallelization: within(given, 'ParallelizationFactor', 1, 10) ?? 1,
    bisect: given.flag('BisectBatchOnFunctionError') ?? false,
    maximumRetries: retries === -1 ? undefined : retries,
    maximumAge: age === undefined || age === -1 ? undefined : age * 1000,
    onFailure: given.object('DestinationConfig')?.object('OnFailure')?.optionalText('Destination'),
  }
}

function within(given: Properties, name: string, least: number, most: number): number | undefined {
  const value = given.number(name)
  if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= most))
    throw new Error(`${given.path}: ${name} must be from ${least} to ${most}, not ${value}`)
  return value
}
