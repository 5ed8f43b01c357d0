import type { GraphqlApi } from 'aws-cdk-lib/aws-appsync'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda'
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Duration } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import { createFunction } from './function.ts'
import type { FunctionDefaults } from './function.ts'
import { createFailureQueue } from './queue.ts'
import { allow } from './role.ts'

/** What Lambda's poller does, and what it must be allowed to before Lambda makes the event source (ListStreams). */
const readStream = [
  'dynamodb:DescribeStream',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
  'dynamodb:ListStreams',
]

/** Tells subscribers of every change of status. Answers the queue of what could not be told. */
export function createPush(
  stack: Construct,
  defaults: FunctionDefaults,
  { api, orders }: { api: GraphqlApi; orders: Table },
): Queue {
  const failures = createFailureQueue(stack, 'PushFailures')
  const stream = orders.tableStreamArn ?? ''
  const target = createFunction(stack, 'PushStatus', defaults, {
    bundle: 'push-status',
    timeout: 30,
    environment: { GRAPHQL_URL: api.graphqlUrl },
    may: [
      allow(['appsync:GraphQL'], `${api.arn}/types/Mutation/fields/publishOrderStatus`),
      allow(readStream, stream),
      allow(['sqs:SendMessage'], failures.queueArn),
    ],
  })
  new EventSourceMapping(stack, 'PushSource', {
    target,
    eventSourceArn: stream,
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 100,
    // Once the notice was sent an order is closed for good: no function need look at that.
    filters: [
      FilterCriteria.filter({ dynamodb: { NewImage: { notifiedAt: { S: FilterRule.notExists() } } } }),
    ],
    // A status that cannot be told holds up half of its shard, and for a minute or two: readers ask by themselves then.
    parallelizationFactor: 2,
    bisectBatchOnError: true,
    retryAttempts: 10,
    maxRecordAge: Duration.minutes(15),
    onFailure: new SqsDlq(failures),
  })
  return failures
}
