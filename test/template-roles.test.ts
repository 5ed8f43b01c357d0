import { describe, expect, inject, test } from 'vitest'
import { evaluate, list, readTemplate, statements } from './synthesized.ts'

const template = readTemplate(inject('assembly'))

describe('roles', () => {
  test('name every action', () => {
    for (const [id, { Action: actions }] of statements(template))
      for (const action of list(actions)) expect(action, id).not.toContain('*')
  })

  test('name every resource, where the service knows any', () => {
    const nameless = statements(template).filter(([, { Resource: resources }]) =>
      JSON.stringify(resources).includes('*'),
    )
    const services = nameless.flatMap(([, { Action: actions }]) =>
      list(actions).map((action) => action.split(':')[0]),
    )
    expect(new Set(services)).toEqual(new Set(['xray', 'logs', 'states']))
  })

  test('reach any execution, whose names are orders, of our own machines only', () => {
    const [ofExecutions, ...more] = statements(template).filter(([, { Action: actions }]) =>
      list(actions).includes('states:StopExecution'),
    )
    expect(more).toEqual([])
    expect(ofExecutions?.[0]).toMatch(/^RecoverOrdersRole/)
    expect(evaluate(template, ofExecutions?.[1].Resource)).toEqual([
      expect.stringMatching(/:execution:Saga[0-9A-F]{8}:\*$/),
      expect.stringMatching(/:execution:OrderUndo[0-9A-F]{8}:\*$/),
    ])
  })

  test('let push-status publish a status and call nothing else of the API', () => {
    const graphql = statements(template).filter(([, { Action: actions }]) =>
      list(actions).includes('appsync:GraphQL'),
    )
    expect(graphql.map(([id]) => id)).toEqual([expect.stringMatching(/^PushStatusRole/)])
    expect(evaluate(template, graphql[0]?.[1].Resource)).toMatch(
      /\/types\/Mutation\/fields\/publishOrderStatus$/,
    )
  })
})
