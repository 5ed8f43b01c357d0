import { describe, expect, it } from 'vitest'
import { forwardStatuses, isClosed, statuses, transitions } from './status.ts'

describe('the states of an order', () => {
  it('all lead to an end', () => {
    const reach = (from: (typeof statuses)[number], seen = new Set([from])): typeof seen => {
      for (const next of transitions[from]) if (!seen.has(next)) reach(next, seen.add(next))
      return seen
    }
    for (const status of statuses) expect([...reach(status)].some(isClosed)).toBe(true)
  })

  it('can be undone from everywhere but an end or an undo under way', () => {
    const toUndo = statuses.filter((status) => transitions[status].includes('COMPENSATING'))
    expect(toUndo).toEqual([...forwardStatuses, 'NEEDS_ATTENTION'])
  })

  it('go forward by exactly one way', () => {
    for (const status of forwardStatuses) {
      expect(transitions[status].filter((next) => next !== 'COMPENSATING')).toHaveLength(1)
    }
  })
})
