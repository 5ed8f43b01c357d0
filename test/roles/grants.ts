import type { Grant } from '../../local/iam/index.ts'
import { notePermissions } from '../harness/note-permissions.ts'
import { list, statements, type Statement, type Template } from '../synthesized.ts'
import { openBench, type Bench } from './bench.ts'
import { scenarios } from './scenarios.ts'

export interface Need {
  readonly grant: Grant
  /** The first scenario that needed it. */
  readonly scenario: string
  /** The grant in words, without what CloudFormation adds to names. */
  readonly name: string
}

export interface Found {
  readonly needed: readonly Need[]
  readonly unneeded: readonly Grant[]
  /** All of both, in the order of the template. */
  readonly granted: readonly Grant[]
}

const keyOf = ({ policy, statement, action, resource }: Grant): string =>
  JSON.stringify([policy, statement, action, resource])

/** Name of the role's policy as the template has it: the logical id, without its hash. */
export const roleOf = ({ policy }: Grant): string => policy.replace(/[0-9A-F]{8}(\..*)?$/, '')

/** Goes through every scenario once, and notes which grants each needed first. */
export async function findNeeds(assembly: string): Promise<Found> {
  const bench = await openBench(assembly, () => undefined)
  const needed = new Map<string, Need>()
  try {
    for (const [scenario, run] of Object.entries(scenarios)) {
      await run(bench)
      await settled(bench)
      for (const { grant } of bench.cloud.iam.decisions()) {
        const name = `${grant.action} on ${grant.resource.split(':').slice(2).join(':')}`
        if (!needed.has(keyOf(grant)))
          needed.set(keyOf(grant), { grant, scenario, name: `${roleOf(grant)}: ${name}` })
      }
    }
    notePermissions(bench.cloud)
    const granted = bench.cloud.iam.granted()
    const unneeded = granted.filter((grant) => !needed.has(keyOf(grant)))
    return { needed: [...needed.values()], unneeded, granted }
  } finally {
    await bench.stop()
  }
}

/** Waits until nothing has happened for a moment. */
async function settled({ activities }: Bench): Promise<void> {
  let seen = -1
  while (seen < activities.length) {
    seen = activities.length
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

/** Takes one action on one resource out of a statement, and leaves the rest of it. */
export function without(template: Template, grant: Grant, granted: readonly Grant[]): void {
  const { policy, statement: index, action, resource } = grant
  const [id = ''] = policy.split('.')
  const own = statements(template).filter(([owner]) => owner === id)
  const found = own[index]?.[1]
  if (!found || !list(found.Action).includes(action))
    throw new Error(`The template grants no ${keyOf(grant)}`)
  const place = granted
    .filter((other) => other.policy === policy && other.statement === index && other.action === action)
    .findIndex((other) => other.resource === resource)
  const all = [found.Resource].flat()
  const parts: Statement[] = [
    { ...found, Action: list(found.Action).filter((each) => each !== action) },
    { ...found, Action: action, Resource: all.filter((_, at) => at !== place) },
  ]
  const rest = parts.filter((part) => part.Action.length > 0 && [part.Resource].flat().length > 0)
  const document = documentOf(template, id)
  document.Statement.splice(index, 1, ...rest)
  // A policy without a statement is refused.
  if (document.Statement.length === 0)
    document.Statement.push({ Effect: 'Allow', Action: 'sts:GetCallerIdentity', Resource: '*' })
}

interface Document {
  Statement: Statement[]
}

function documentOf(template: Template, id: string): Document {
  const properties = template.Resources[id]?.Properties as
    { Policies?: { PolicyDocument: Document }[]; PolicyDocument?: Document } | undefined
  const document = properties?.PolicyDocument ?? properties?.Policies?.[0]?.PolicyDocument
  if (!document) throw new Error(`The template has no policy '${id}'`)
  return document
}
