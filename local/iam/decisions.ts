import { selectionText } from './policy/evaluate.ts'
import type { Match } from './policy/evaluate.ts'
import type { Selection, Statement } from './policy/statement.ts'
import type { Role } from './roles.ts'

/** One action on one resource that a statement grants a role, both as the policy writes them. */
export interface Grant {
  readonly roleArn: string
  /** Logical id of the policy, or the name of an AWS managed one. */
  readonly policy: string
  /** Index of the statement in the policy. */
  readonly statement: number
  readonly action: string
  readonly resource: string
}

/** What a grant was needed for: an action, on some of the resources it was called with. */
export interface Use {
  readonly grant: Grant
  readonly action: string
  /** The first ten distinct ones. */
  readonly resources: readonly string[]
  /** No statement of the role names both this action and these resources without a wildcard. */
  readonly wildcard: boolean
}

const mostResources = 10

/** Notes which grants calls were allowed by; grows with the policies, not with the calls. */
export class Decisions {
  readonly #uses = new Map<string, { use: Omit<Use, 'resources'>; resources: Set<string> }>()

  record(roleArn: string, match: Match, action: string, resource: string): void {
    const { statement, wildcard } = match
    const grant = {
      roleArn,
      policy: statement.policy,
      statement: statement.index,
      action: match.action,
      resource: match.resource,
    }
    const key = JSON.stringify([Object.values(grant), action, wildcard])
    const entry = this.#uses.get(key) ?? { use: { grant, action, wildcard }, resources: new Set<string>() }
    if (entry.resources.size < mostResources) entry.resources.add(resource)
    this.#uses.set(key, entry)
  }

  all(): Use[] {
    return [...this.#uses.values()].map(({ use, resources }) => ({ ...use, resources: [...resources] }))
  }
}

/** Everything that the policies of the roles grant. */
export function grantsOf(roles: Iterable<Role>): Grant[] {
  return [...roles].flatMap(({ arn, statements }) =>
    statements.filter(({ effect }) => effect === 'Allow').flatMap((statement) => grantsBy(statement, arn)),
  )
}

function grantsBy({ policy, index, actions, resources }: Statement, roleArn: string): Grant[] {
  return textsOf(actions).flatMap((action) =>
    textsOf(resources).map((resource) => ({ roleArn, policy, statement: index, action, resource })),
  )
}

function textsOf(selection: Selection): string[] {
  return selection.not ? [selectionText(selection)] : selection.patterns.map(({ text }) => text)
}
