import { principalArn } from '../aws/principal.ts'
import { userId } from './credentials.ts'
import type { Place } from '../aws/place.ts'
import type { Service } from '../aws/service.ts'

/** AWS STS: tells callers who they are. Roles here have keys of their own, so nothing assumes one by an API call. */
export function createSts({ account }: Place): Service {
  return {
    name: 'sts',
    resourceTypes: {},
    deploy: () => Promise.resolve(),
    actions: {
      GetCallerIdentity: {
        // STS answers it even to callers that an explicit deny covers.
        permissions: () => [],
        run: (_, { principal }) => ({
          UserId: userId(principal),
          Account: account,
          Arn: principalArn(principal, account),
        }),
      },
    },
  }
}
