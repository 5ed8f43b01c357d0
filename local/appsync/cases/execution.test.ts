import { afterAll, beforeAll, expect, test } from 'vitest'
import { serve, type SmallServer } from '../testing/server.ts'
import { answering } from '../testing/template.ts'

/** Paths that the HTTP source was asked for, and how many calls are open at once. */
const asked: string[] = []
const open = { now: 0, most: 0 }

const fetching = {
  dataSource: 'http',
  code: `export const request = (ctx) => ({ method: 'GET', resourcePath: '/' + ctx.args.n })
         export const response = (ctx) => ctx.result.body`,
}
const selected = answering('({ list: ctx.info.selectionSetList, text: ctx.info.selectionSetGraphQL })')

let server: SmallServer
beforeAll(async () => {
  server = await serve(
    {
      schema: `
        type Query { get(n: Int): String thing: Thing }
        type Mutation { set(n: Int): String }
        type Thing { list: [String] text: String thing: Thing id: ID }
      `,
      dataSources: { http: { Type: 'HTTP', HttpConfig: { Endpoint: 'https://example.com' } } },
      resolvers: { 'Query.get': fetching, 'Mutation.set': fetching, 'Query.thing': selected },
    },
    {
      http: async ({ url }) => {
        asked.push(url)
        open.most = Math.max(open.most, ++open.now)
        await new Promise((resolve) => setTimeout(resolve, 20))
        open.now--
        return { statusCode: 200, headers: {}, body: url.slice(-1) }
      },
    },
  )
})
afterAll(() => server.close())

test('the fields of a query run side by side', async () => {
  open.most = 0
  const { body } = await server.ask('{ a: get(n: 1) b: get(n: 2) c: get(n: 3) }')
  expect(body.data).toEqual({ a: '1', b: '2', c: '3' })
  expect(open.most).toBe(3)
})

test('the fields of a mutation run one after the other', async () => {
  open.most = 0
  asked.length = 0
  await server.ask('mutation { a: set(n: 1) b: set(n: 2) c: set(n: 3) }')
  expect(open.most).toBe(1)
  expect(asked.map((url) => url.slice(-1))).toEqual(['1', '2', '3'])
})

test('a resolver learns the names under which fields are asked for, fragments opened', async () => {
  const { body } = await server.ask('{ thing { list text twin: thing { ...F } } } fragment F on Thing { id }')
  const { list, text } = body.data?.thing as { list: string[]; text: string }
  expect(list).toEqual(['list', 'text', 'twin', 'twin/id'])
  expect(text.replace(/\s+/g, ' ')).toBe('{ list text twin: thing { ... on Thing { id } } }')
})
