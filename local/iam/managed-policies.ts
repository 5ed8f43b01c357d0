interface ManagedStatement {
  readonly Effect: 'Allow'
  readonly Action: readonly string[]
  readonly Resource: '*'
}

const allow = (...Action: string[]): readonly ManagedStatement[] => [
  { Effect: 'Allow', Action, Resource: '*' },
]

const writeLogs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']

/** AWS's managed policies by the part of their ARN behind `policy/`; see the AWS Managed Policy Reference Guide. */
const managed: Readonly<Record<string, readonly ManagedStatement[]>> = {
  'service-role/AWSLambdaBasicExecutionRole': allow(...writeLogs),
  'service-role/AWSLambdaSQSQueueExecutionRole': allow(
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    ...writeLogs,
  ),
  'service-role/AWSLambdaDynamoDBExecutionRole': allow(
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
    ...writeLogs,
  ),
  'service-role/AWSAppSyncPushToCloudWatchLogs': allow(...writeLogs),
  AWSXRayDaemonWriteAccess: allow(
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ),
}

/** The document of an AWS managed policy; undefined when it is not in the table. */
export function managedPolicy(arn: string): { name: string; document: object } | undefined {
  const [, name] = /^arn:aws:iam::aws:policy\/(.+)$/.exec(arn) ?? []
  if (name === undefined || !Object.hasOwn(managed, name)) return undefined
  return {
    name: name.slice(name.lastIndexOf('/') + 1),
    document: { Version: '2012-10-17', Statement: managed[name] },
  }
}
