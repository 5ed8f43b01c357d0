import { createHmac } from 'node:crypto'
import { base32 } from './base32.ts'
import { uniqueId } from './resource-types.ts'
import { operator } from '../aws/principal.ts'
import type { Credentials } from '../aws/context.ts'
import type { Principal } from '../aws/principal.ts'

/** Keys and whose they are. */
export interface Identity {
  readonly credentials: Credentials
  readonly principal: Principal
}

function derive(seed: string, of: string): Buffer {
  return createHmac('sha512', seed).update(of).digest()
}

function keys(seed: string, prefix: 'AKIA' | 'ASIA', of: string): Credentials {
  return {
    accessKeyId: prefix + base32(derive(seed, `access key ${of}`)).slice(0, 16),
    secretAccessKey: derive(seed, `secret key ${of}`).toString('base64').slice(0, 40),
  }
}

/** A role's keys: the same for the same data folder, so that they outlive a restart. */
export function roleIdentity(seed: string, roleArn: string): Identity {
  const token = [0, 1, 2, 3].map((part) =>
    derive(seed, `session token ${part} ${roleArn}`).toString('base64'),
  )
  return {
    credentials: { ...keys(seed, 'ASIA', roleArn), sessionToken: `IQoJb3JpZ2luX2Vj${token.join('')}` },
    principal: { kind: 'role', roleArn, session: roleArn.slice(roleArn.lastIndexOf('/') + 1) },
  }
}

export function operatorIdentity(seed: string): Identity {
  return { credentials: keys(seed, 'AKIA', 'operator'), principal: operator }
}

/** The UserId that STS tells: the id of the user, or of the role with its session. */
export function userId(principal: Principal): string {
  switch (principal.kind) {
    case 'operator':
      return uniqueId('AIDA', 'operator')
    case 'role':
      return `${uniqueId('AROA', principal.roleArn)}:${principal.session}`
    case 'service':
      return principal.service
  }
}
