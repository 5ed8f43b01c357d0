import { createHash } from 'node:crypto'
import { arn } from '../aws/place.ts'
import { generatedName } from '../aws/resource.ts'
import { base32 } from './base32.ts'
import type { Place } from '../aws/place.ts'
import type { ResourceType } from '../aws/resource.ts'

function nameOf(property: unknown, id: { stack: string; logicalId: string }): string {
  return typeof property === 'string' ? property : generatedName(id)
}

function iamArn(place: Place, kind: 'role' | 'policy', path: unknown, name: string): string {
  return arn(place, 'iam', `${kind}${typeof path === 'string' ? path : '/'}${name}`, '')
}

/** An id as IAM makes them, but the same for the same ARN. */
export function uniqueId(prefix: string, of: string): string {
  return prefix + base32(createHash('sha256').update(of).digest()).slice(0, 17)
}

export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::IAM::Role': {
    identify(id, place) {
      const name = nameOf(id.property('RoleName'), id)
      const roleArn = iamArn(place, 'role', id.property('Path'), name)
      return { ref: name, attributes: { Arn: roleArn, RoleId: uniqueId('AROA', roleArn) } }
    },
  },
  'AWS::IAM::Policy': {
    identify: (id) => ({ ref: generatedName(id, 128), attributes: {} }),
  },
  'AWS::IAM::ManagedPolicy': {
    identify(id, place) {
      const name = nameOf(id.property('ManagedPolicyName'), id)
      const policyArn = iamArn(place, 'policy', id.property('Path'), name)
      return { ref: policyArn, attributes: { PolicyArn: policyArn, PolicyId: uniqueId('ANPA', policyArn) } }
    },
  },
}
