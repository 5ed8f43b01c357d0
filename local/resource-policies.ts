import { record, records } from './aws/input.ts'
import type { Resource } from './aws/resource.ts'
import type { PolicyDocument } from './aws/service.ts'

/** Where a template writes the policies that stand at a resource itself. */
const documents: Readonly<Record<string, (properties: Resource['properties']) => readonly unknown[]>> = {
  'AWS::SQS::QueuePolicy': ({ PolicyDocument }) => [PolicyDocument],
  'AWS::SNS::TopicPolicy': ({ PolicyDocument }) => [PolicyDocument],
  'AWS::DynamoDB::Table': atTable,
  'AWS::DynamoDB::GlobalTable': ({ Replicas }) => records(Replicas).flatMap(atTable),
}

function atTable({ ResourcePolicy }: Resource['properties']): readonly unknown[] {
  const policy = record(ResourcePolicy)
  return policy ? [policy.PolicyDocument] : []
}

/** Throws what `validate` throws of a policy that could not be judged, so that none is met by a call only. */
export function validateResourcePolicies(
  resources: readonly Resource[],
  validate: (document: PolicyDocument, name: string) => void,
): void {
  for (const { stack, logicalId, type, properties } of resources)
    for (const document of documents[type]?.(properties) ?? []) {
      const name = `${stack}/${logicalId}`
      const policy = record(document)
      if (!policy) throw new Error(`${name}: the policy document is not an object`)
      validate({ ...policy, Statement: policy.Statement }, name)
    }
}
