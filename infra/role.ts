import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IRole } from 'aws-cdk-lib/aws-iam'
import { Validations } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'

export const allow = (actions: string[], ...resources: string[]): PolicyStatement =>
  new PolicyStatement({ actions, resources })

/** What X-Ray asks of whoever sends it traces. */
export const sendTraces = (): PolicyStatement =>
  allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*')

/** A role with these statements and no others: what constructs would grant it by themselves is dropped. */
export function createRole(
  scope: Construct,
  id: string,
  service: string,
  statements: PolicyStatement[],
): IRole {
  const role = new Role(scope, id, {
    assumedBy: new ServicePrincipal(service),
    inlinePolicies: { Permissions: new PolicyDocument({ statements }) },
  })
  if (statements.some(({ resources }) => resources.includes('*')))
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray and the delivery of logs to CloudWatch know no narrower resource for these actions.',
    })
  return role.withoutPolicyUpdates()
}
