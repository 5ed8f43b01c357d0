import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, inject, test } from 'vitest'
import type { Activity } from '../local/aws/activity.ts'
import { principalArn } from '../local/aws/principal.ts'
import type { Grant } from '../local/iam/index.ts'
import { openBench } from './roles/bench.ts'
import { findNeeds, roleOf, without } from './roles/grants.ts'
import { reasons } from './roles/reasons.ts'
import { deployment, scenarios } from './roles/scenarios.ts'

const assembly = inject('assembly')
const { needed, unneeded, granted } = await findNeeds(assembly)

/** Longest that a scenario may take to come to what it is refused. */
const patience = 60_000

const denies =
  ({ action, resource, roleArn }: Grant) =>
  ({ error, principal, message = '' }: Activity): boolean =>
    error === 'AccessDeniedException' &&
    principal?.kind === 'role' &&
    principal.roleArn === roleArn &&
    message.includes(`perform: ${action} on resource: ${resource.replace(/\*$/, '')}`)

/** What CloudFormation tells when AWS asks for a permission before it makes what uses it. */
function refusalOfDeployment({ action }: Grant): string {
  if (action.startsWith('logs:')) return 'is not authorized to access the Log Destination'
  return action.startsWith('sqs:')
    ? `does not have permissions to call ${action.slice('sqs:'.length)} on SQS`
    : 'Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams'
}

describe('every permission of every role', () => {
  test.each(needed)(
    '$name is needed when $scenario',
    async ({ grant, scenario }) => {
      const opening = openBench(assembly, (template) => without(template, grant, granted))
      if (scenario === deployment) return expect(opening).rejects.toThrow(refusalOfDeployment(grant))
      const bench = await opening
      try {
        const refused = bench.next(denies(grant))
        void scenarios[scenario]?.(bench).catch(() => undefined)
        const seen = await Promise.race([refused, pause(patience, undefined, { ref: false })])
        if (!seen?.principal) throw new Error(`Nothing was refused when ${scenario}`)
        const who = principalArn(seen.principal, bench.cloud.place.account)
        expect(seen.message).toContain(
          `User: ${who} is not authorized to perform: ${grant.action} on resource: `,
        )
        expect(seen.message).toContain(`because no identity-based policy allows the ${grant.action} action`)
      } finally {
        await bench.stop()
      }
    },
    2 * patience,
  )

  test('that no scenario needs has a reason, and every reason has such a permission', () => {
    const reasonOf = (grant: Grant) =>
      reasons.find(
        ({ role, actions }) =>
          actions.includes(grant.action) && (role === undefined || role === roleOf(grant)),
      )
    const nameless = unneeded.filter((grant) => reasonOf(grant) === undefined)
    expect(nameless.map((grant) => `${roleOf(grant)}: ${grant.action} on ${grant.resource}`)).toEqual([])
    expect(reasons.filter((reason) => !unneeded.some((grant) => reasonOf(grant) === reason))).toEqual([])
  })
})
