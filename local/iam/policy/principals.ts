import { principalArn } from '../../aws/principal.ts'
import { isObject, texts } from './shape.ts'
import type { Principal } from '../../aws/principal.ts'

/** The Principal or NotPrincipal element of a statement. */
export interface Principals {
  /** True when it tells sessions of a role apart. */
  readonly namesSessions: boolean
  /** The caller itself is named, or everybody. */
  names(principal: Principal): boolean
  /** The caller's account is named. */
  namesAccountOf(principal: Principal): boolean
  /** As exceptions from a denial: AWS looks for the account, the role and the session, so all of them must be named. */
  except(principal: Principal): boolean
}

const kinds = ['AWS', 'Service', 'Federated', 'CanonicalUser']

export function principalsOf(element: unknown, account: string, where: string): Principals {
  const entries = element === '*' ? [['AWS', '*'] as const] : entriesOf(element, where)
  const services = new Set(entries.flatMap(([kind, value]) => (kind === 'Service' ? [value] : [])))
  const identities = new Set(entries.flatMap(([kind, value]) => (kind === 'AWS' ? [value] : [])))
  for (const identity of identities)
    if (identity !== '*' && !/^(\d{12}|arn:[^:*?]*:(iam|sts)::\d{12}:[^*?]+)$/.test(identity))
      throw new Error(`${where}: Invalid principal in policy: "AWS":"${identity}"`)
  const namesAccount = identities.has(account) || identities.has(`arn:aws:iam::${account}:root`)
  return {
    namesSessions: [...identities].some((identity) => identity.includes(':assumed-role/')),
    namesAccountOf: (principal) => namesAccount && principal.kind !== 'service',
    except(principal) {
      if (identities.has('*')) return true
      if (principal.kind === 'service') return services.has(principal.service)
      if (principal.kind === 'role' && !identities.has(principal.roleArn)) return false
      return namesAccount && identities.has(principalArn(principal, account))
    },
    names(principal) {
      if (identities.has('*')) return true
      if (principal.kind === 'service') return services.has(principal.service)
      if (principal.kind === 'role' && identities.has(principal.roleArn)) return true
      return identities.has(principalArn(principal, account))
    },
  }
}

function entriesOf(element: unknown, where: string): [string, string][] {
  if (!isObject(element)) throw new Error(`${where}: Invalid principal in policy: ${JSON.stringify(element)}`)
  return Object.entries(element).flatMap(([kind, value]) => {
    if (!kinds.includes(kind)) throw new Error(`${where}: Invalid principal in policy: "${kind}"`)
    return texts(value, `${where}: Principal`).map((each): [string, string] => [kind, each])
  })
}
