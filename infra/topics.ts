import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Subscription, SubscriptionFilter, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns'
import type { CfnSubscription, CfnTopic, SubscriptionOptions } from 'aws-cdk-lib/aws-sns'
import { Aws, CfnCondition, CfnParameter, Fn } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import { isClosed, statuses } from '../model/status.ts'

export interface Topics {
  /** What became of orders, for machines: attribute `status`. */
  readonly notifications: Topic
  readonly alarms: Topic
}

/** The topics, and the operator's address on both when the stack was given one. */
export function createTopics(stack: Construct): Topics {
  const notifications = new Topic(stack, 'Notifications', { enforceSSL: true })
  // The key policy of this AWS key lets whoever may publish use it through SNS: no key permissions to grant. It is named
  // as SNS's documentation does: a fresh account has the key from its first use on, and an ARN of the alias, which the
  // construct would write, is not said to bring it into being.
  const resource = notifications.node.defaultChild as CfnTopic
  resource.kmsMasterKeyId = 'alias/aws/sns'
  const alarms = createAlarmTopic(stack)
  const address = new CfnParameter(stack, 'OperatorEmail', {
    default: '',
    description: 'E-mail address of an operator; none when empty',
    allowedPattern: String.raw`^$|^[^@\s]+@[^@\s]+\.[^@\s]+$`,
    constraintDescription: 'an e-mail address, or nothing',
  })
  const told = new CfnParameter(stack, 'OperatorEmailStatuses', {
    type: 'CommaDelimitedList',
    default: 'FAILED',
    allowedValues: statuses.filter(isClosed),
    description: 'End states of orders that the operator gets mail about; SNS stops above 10 mails a second',
  })
  const hasOperator = new CfnCondition(stack, 'HasOperator', {
    expression: Fn.conditionNot(Fn.conditionEquals(address.valueAsString, '')),
  })
  const mail = (id: string, topic: Topic, more: Partial<SubscriptionOptions> = {}) => {
    const subscription = new Subscription(stack, id, {
      topic,
      protocol: SubscriptionProtocol.EMAIL,
      endpoint: address.valueAsString,
      ...more,
    })
    const resource = subscription.node.defaultChild as CfnSubscription
    resource.cfnOptions.condition = hasOperator
  }
  const status = SubscriptionFilter.stringFilter({ allowlist: told.valueAsList })
  mail('OperatorNotices', notifications, { filterPolicy: { status } })
  mail('OperatorAlarms', alarms)
  return { notifications, alarms }
}

/** CloudWatch cannot publish to a topic encrypted by AWS's key, and alarms name queues and machines, not people. */
function createAlarmTopic(stack: Construct): Topic {
  const topic = new Topic(stack, 'Alarms', { enforceSSL: true })
  // The policy that enforces TLS takes the place of the default one, which would let CloudWatch in.
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AllowAlarms',
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  )
  return topic
}
