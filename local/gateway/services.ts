/** `X-Amz-Target` prefix, also the service in the paths of rpc-v2-cbor -> our service. */
const byTarget: Readonly<Record<string, string>> = {
  DynamoDB_20120810: 'dynamodb',
  DynamoDBStreams_20120810: 'dynamodbstreams',
  AmazonSQS: 'sqs',
  AWSStepFunctions: 'states',
  Logs_20140328: 'logs',
  AWSEvents: 'events',
  GraniteServiceVersion20100801: 'monitoring',
}

export function serviceByTarget(target: string): string | undefined {
  return Object.hasOwn(byTarget, target) ? byTarget[target] : undefined
}

/** A service of the query protocol. */
export interface QueryService {
  readonly name: string
  readonly xmlNamespace: string
}

/** The `Version` parameter of the query protocol tells the service. */
const byVersion: Readonly<Record<string, QueryService>> = {
  '2010-03-31': { name: 'sns', xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/' },
  '2010-08-01': { name: 'monitoring', xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/' },
  '2011-06-15': { name: 'sts', xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
  '2010-05-08': { name: 'iam', xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/' },
  '2010-05-15': {
    name: 'cloudformation',
    xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
  },
  '2012-11-05': { name: 'sqs', xmlNamespace: 'http://queue.amazonaws.com/doc/2012-11-05/' },
}

export function serviceByVersion(version: string): QueryService | undefined {
  return Object.hasOwn(byVersion, version) ? byVersion[version] : undefined
}

/** The service its callers sign for, where that is not its own name. */
export function signingName(service: string): string {
  return service === 'dynamodbstreams' ? 'dynamodb' : service
}

/** Members that are timestamps. Inside they are Date or seconds since the epoch, as in the JSON protocols. */
const timestamps: Readonly<Record<string, ReadonlySet<string>>> = {
  monitoring: new Set([
    'AlarmConfigurationUpdatedTimestamp',
    'EndDate',
    'EndTime',
    'LastModified',
    'LastUpdatedTimestamp',
    'StartDate',
    'StartTime',
    'StateTransitionedTimestamp',
    'StateUpdatedTimestamp',
    'Timestamp',
    'Timestamps',
  ]),
  sts: new Set(['Expiration']),
  iam: new Set(['CreateDate']),
  cloudformation: new Set(['CreationTime', 'LastUpdatedTime', 'DeletionTime', 'Timestamp']),
}

export function isTimestamp(service: string, member: string): boolean {
  return timestamps[service]?.has(member) === true
}
