import type { Place } from '../aws/place.ts'
import { principalArn } from '../aws/principal.ts'
import type { Caller } from './api.ts'

/** `ctx.identity`: nothing under an API key; under IAM who signed. */
export function identityOf(caller: Caller, place: Place): Record<string, unknown> | null {
  if (caller.mode === 'API_KEY') return null
  const { principal } = caller
  const userArn = principalArn(principal, place.account)
  return {
    accountId: place.account,
    cognitoIdentityPoolId: null,
    cognitoIdentityId: null,
    sourceIp: [caller.sourceIp],
    username:
      principal.kind === 'role'
        ? `${roleName(principal.roleArn)}:${principal.session}`
        : userArn.slice(userArn.lastIndexOf('/') + 1),
    userArn,
    cognitoIdentityAuthType: null,
    cognitoIdentityAuthProvider: null,
  }
}

const roleName = (roleArn: string): string => roleArn.slice(roleArn.lastIndexOf('/') + 1)
