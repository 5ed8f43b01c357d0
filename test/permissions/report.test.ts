import { describe, expect, it } from 'vitest'
import type { Grant } from '../../local/iam/index.ts'
import { findings, report, type Noted, type Reason } from './report.ts'

const grant = (action: string, resource = 'thing'): Grant => ({
  roleArn: 'arn:aws:iam::000000000000:role/worker',
  policy: 'Policy',
  statement: 0,
  action,
  resource,
})
const using = (each: Grant, wildcard = false): Noted['uses'][number] => ({
  grant: each,
  action: each.action,
  resources: ['thing'],
  wildcard,
})
const runs: Noted[] = [
  { granted: [grant('a:Used'), grant('a:Elsewhere'), grant('a:Idle'), grant('a:Wide', '*')], uses: [] },
  {
    granted: [grant('a:Used')],
    uses: [using(grant('a:Used')), using(grant('a:Elsewhere')), using(grant('a:Wide', '*'), true)],
  },
]
const reason = (list: Reason['list'], action: string, resource: string): Reason => ({
  list,
  actions: [action],
  resource,
  why: `${action} knows no other`,
})

describe('the report of permissions', () => {
  it('finds what no run used, and what only a wildcard allowed', () => {
    const role = 'worker'
    expect(findings(runs)).toEqual([
      { list: 'unused', role, action: 'a:Idle', resource: 'thing', called: '' },
      { list: 'wildcard', role, action: 'a:Wide', resource: '*', called: 'a:Wide thing' },
    ])
  })

  it('asks for a reason for each finding, and for a finding for each reason', () => {
    const all = [reason('unused', 'a:Idle', 'thing'), reason('wildcard', 'a:Wide', '*')]
    expect(report(runs, all)).toMatchObject({ findings: 2, open: 0 })
    expect(report(runs, all.slice(1)).open).toBe(1)
    expect(report(runs, [...all, reason('unused', 'a:Wide', '*')]).open).toBe(1)
    expect(report(runs, all.slice(0, 1)).text).toContain(
      'a:Wide  *\n      called: a:Wide thing\n      NO REASON',
    )
  })
})
