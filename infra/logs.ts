import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { CfnLogGroup } from 'aws-cdk-lib/aws-logs'
import { RemovalPolicy } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'

/** A log group that goes with the stack. `days` may be a parameter of the stack: the construct takes constants only. */
export function createLogGroup(scope: Construct, id: string, days: number, logGroupName?: string): LogGroup {
  const logs = new LogGroup(scope, id, { logGroupName, removalPolicy: RemovalPolicy.DESTROY })
  const resource = logs.node.defaultChild as CfnLogGroup
  resource.retentionInDays = days
  return logs
}
