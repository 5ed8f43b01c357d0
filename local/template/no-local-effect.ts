import { generatedName } from '../aws/resource.ts'
import type { ResourceType } from '../aws/resource.ts'

interface WithoutEffect extends ResourceType {
  /** Why a local cloud may leave it out. */
  readonly reason: string
}

/** Ref answers the named property, or a generated name; GetAtt is refused. */
function named(reason: string, nameProperty: string): WithoutEffect {
  return {
    reason,
    identify(id) {
      const name = id.property(nameProperty)
      return { ref: typeof name === 'string' ? name : generatedName(id), attributes: {} }
    },
  }
}

/** Resource types that a template may hold although nothing here runs them. */
export const noLocalEffect: Readonly<Record<string, WithoutEffect>> = {
  'AWS::CDK::Metadata': named('tells AWS which CDK constructs were used', 'Name'),
  'AWS::CloudWatch::Dashboard': named('is looked at in the AWS console only', 'DashboardName'),
  'AWS::Logs::QueryDefinition': named('is a query saved for the AWS console', 'Name'),
  'AWS::Logs::ResourcePolicy': named('lets AWS services write logs, which need no leave here', 'PolicyName'),
  'Custom::LogRetention': {
    reason: 'sets how long AWS keeps a log group; logs here go with the data folder',
    identify(id) {
      const group = id.property('LogGroupName')
      const name = typeof group === 'string' ? group : generatedName(id)
      return { ref: name, attributes: { LogGroupName: name } }
    },
  },
}
