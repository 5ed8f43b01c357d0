import type { Grant, Use } from '../../local/iam/index.ts'

/** What one test run saw. */
export interface Noted {
  readonly granted: readonly Grant[]
  readonly uses: readonly Use[]
}

/** A finding: a grant nobody needed, or a call that only a wildcard allowed. */
export interface Line {
  readonly list: 'unused' | 'wildcard'
  readonly role: string
  readonly action: string
  readonly resource: string
  /** What the call was, where a wildcard allowed it. */
  readonly called: string
}

/** Why findings of a kind are as they must be. */
export interface Reason {
  readonly list: Line['list']
  /** Part of the role's name; any role when absent. */
  readonly role?: string
  /** As the policy writes them. */
  readonly actions: readonly string[]
  readonly resource: string | RegExp
  readonly why: string
}

export interface Report {
  readonly text: string
  readonly findings: number
  /** Findings without a reason, and reasons without a finding. */
  readonly open: number
}

/** The findings of several runs together: a grant counts as used when any of them needed it. */
export function findings(runs: readonly Noted[]): Line[] {
  const grants = new Map(runs.flatMap(({ granted }) => granted).map((grant) => [keyOf(grant), grant]))
  const uses = runs.flatMap((run) => run.uses)
  const used = new Set(uses.map(({ grant }) => keyOf(grant)))
  const unused = [...grants].filter(([key]) => !used.has(key)).map(([, grant]) => lineOf('unused', grant, ''))
  const wild = uses
    .filter(({ wildcard }) => wildcard)
    .map(({ grant, action, resources }) => lineOf('wildcard', grant, `${action} ${resources[0] ?? ''}`))
  return unique([...unused, ...wild])
}

function keyOf({ roleArn, action, resource }: Grant): string {
  return JSON.stringify([roleArn, action, resource])
}

function lineOf(list: Line['list'], { roleArn, action, resource }: Grant, called: string): Line {
  return { list, role: roleArn.slice(roleArn.indexOf('/') + 1), action, resource, called }
}

/** One line for each grant, whatever it was called with. */
function unique(lines: readonly Line[]): Line[] {
  const byGrant = new Map<string, Line>()
  for (const line of lines) {
    const key = JSON.stringify([line.list, line.role, line.action, line.resource])
    if (!byGrant.has(key)) byGrant.set(key, line)
  }
  return [...byGrant.values()].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1))
}

function textOf({ role, action, resource }: Line): string {
  return `${role} ${action} ${resource}`
}

/** Both lists, aligned, each finding with its reason. */
export function report(runs: readonly Noted[], reasons: readonly Reason[]): Report {
  const lines = findings(runs)
  const given = new Set<Reason>()
  const list = (name: Line['list'], title: string): string => {
    const shown = lines.filter((line) => line.list === name)
    const widths = (['role', 'action', 'resource'] as const).map((column) =>
      Math.max(0, ...shown.map((line) => line[column].length)),
    )
    const rows = shown.map((line) => {
      const reason = reasons.find((each) => fits(each, line))
      if (reason) given.add(reason)
      const cells = [line.role, line.action, line.resource].map((cell, at) => cell.padEnd(widths[at] ?? 0))
      const called = line.called === '' ? '' : `\n      called: ${line.called}`
      return `  ${cells.join('  ').trimEnd()}${called}\n      ${reason ? `reason: ${reason.why}` : 'NO REASON'}`
    })
    return `${title}: ${shown.length}\n${rows.join('\n')}`
  }
  const unused = list('unused', 'Granted, and no call used it')
  const wildcard = list('wildcard', 'Called, and only a wildcard allowed it')
  const idle = reasons.filter((reason) => !given.has(reason))
  const stale = idle.map(({ list: where, actions, why }) => `  ${where}: ${actions.join(', ')}: ${why}`)
  const parts = [
    unused,
    wildcard,
    ...(idle.length > 0 ? [`Reasons without a finding:\n${stale.join('\n')}`] : []),
  ]
  const without = lines.filter((line) => !reasons.some((each) => fits(each, line))).length
  return { text: parts.join('\n\n'), findings: lines.length, open: without + idle.length }
}

function fits({ list, role, actions, resource }: Reason, line: Line): boolean {
  const named = typeof resource === 'string' ? resource === line.resource : resource.test(line.resource)
  return list === line.list && line.role.includes(role ?? '') && actions.includes(line.action) && named
}
