import { afterAll, beforeAll, expect, test } from 'vitest'
import { serve, type SmallServer } from '../testing/server.ts'
import { answering } from '../testing/template.ts'

const handlers = (request: string, response: string): string =>
  `import { util, runtime } from '@aws-appsync/utils'
   export function request(ctx) { ${request} }
   export function response(ctx) { ${response} }`

const many = Array.from({ length: 1_200 }, (_, index) => index)

let server: SmallServer
beforeAll(async () => {
  server = await serve({
    schema: `
      type Query {
        next: AWSJSON steps: AWSJSON stash(set: Int): Thing early: AWSJSON info(a: Int): Thing place: Int outErrors: AWSJSON
        loops(list: [Int]): AWSJSON bigRequest(text: String, list: [Int]): Int bigResponse(text: String, list: [Int]): AWSJSON headers(value: String): AWSJSON env: AWSJSON
        mutated(a: Int): AWSJSON
      }
      type Thing { stash: Int shown: AWSJSON list: [String] text: String source: AWSJSON }
    `,
    api: {
      EnvironmentVariables: { STAGE: 'test' },
      LogConfig: { FieldLogLevel: 'ALL', CloudWatchLogsRoleArn: 'arn:aws:iam::000000000000:role/log' },
    },
    resolvers: {
      'Query.next': {
        code: handlers('return {}', 'return { last: ctx.prev.result, result: ctx.result }'),
        functions: [
          { name: 'n1', code: handlers('runtime.earlyReturn({ a: 1 })', 'util.error("n1.response ran")') },
          {
            name: 'n2',
            code: handlers('return { payload: { seen: ctx.prev.result } }', 'return ctx.result'),
          },
        ],
      },
      'Query.steps': {
        code: handlers('return { own: "before" }', 'return ctx.prev.result'),
        functions: [
          {
            name: 's1',
            code: handlers(
              'return { payload: "source" }',
              'return { result: ctx.result, prev: ctx.prev.result, error: ctx.error ?? "none" }',
            ),
          },
        ],
      },
      'Query.stash': handlers(
        'ctx.stash.n = (ctx.stash.n ?? 0) + (ctx.args.set ?? 0); return {}',
        'return { stash: ctx.stash.n }',
      ),
      'Query.early': {
        code: handlers('return {}', 'return ctx.prev.result'),
        functions: [
          {
            name: 'l1',
            code: handlers('runtime.earlyReturn({ at: "last" }, { skipTo: "NEXT" })', 'return 1'),
          },
        ],
      },
      'Query.info': answering(
        '({ shown: JSON.parse(JSON.stringify(ctx.info)), list: ctx.info.selectionSetList, text: ctx.info.selectionSetGraphQL })',
      ),
      'Thing.source': answering('({ keys: Object.keys(ctx.source), list: ctx.source.list })'),
      'Query.place':
        'export const request = () => ({})\nexport const response = (ctx) => {\n  return ctx.no.one\n}',
      'Query.outErrors': {
        code: handlers('return {}', 'return { after: ctx.outErrors }'),
        functions: [
          {
            name: 'o1',
            code: handlers(
              'util.appendError("one", "T", { id: 1 }, 2); return {}',
              'const seen = ctx.outErrors.length; util.appendError("two"); return seen',
            ),
          },
        ],
      },
      'Query.loops': answering(
        '({ map: ctx.args.list.map((n) => n).length, counted: Object.keys(ctx.args.list).length })',
      ),
      'Query.bigRequest': handlers('return { payload: ctx.args.list.map(() => ctx.args.text) }', 'return 1'),
      'Query.bigResponse': handlers('return {}', 'return ctx.args.list.map(() => ctx.args.text)'),
      'Query.headers': handlers(
        `util.http.addResponseHeader('x-mine', 'first')
         util.http.addResponseHeader('X-Mine', 'last')
         util.http.addResponseHeader('x-amzn-mine', 'no')
         if (ctx.args.value) util.http.addResponseHeader('x-big', ctx.args.value)
         return {}`,
        'return ctx.request.headers',
      ),
      'Query.env': answering('ctx.env'),
      'Query.mutated': handlers('ctx.args.a = 5; return { payload: ctx.args }', 'return ctx.result'),
    },
  })
})
afterAll(() => server.close())

const json = async (field: string, variables?: object): Promise<unknown> => {
  const { body } = await server.ask(field.startsWith('query') ? field : `{ value: ${field} }`, variables)
  return JSON.parse(body.data?.value as string)
}

test('case 26: an early return of a function goes on with the next, which sees its value', async () => {
  expect(await json('next')).toEqual({ last: { seen: { a: 1 } }, result: { seen: { a: 1 } } })
  expect(await json('early')).toEqual({ at: 'last' })
})

test('the response handler of a function has the result of its source, and the one of the step before', async () => {
  expect(await json('steps')).toEqual({ result: 'source', prev: { own: 'before' }, error: 'none' })
})

test('a stash belongs to one field', async () => {
  const { body } = await server.ask(
    '{ a: stash(set: 1) { stash } b: stash(set: 5) { stash } c: stash { stash } }',
  )
  expect(body.data).toEqual({ a: { stash: 1 }, b: { stash: 5 }, c: { stash: 0 } })
})

test('what is selected does not show when ctx.info is printed', async () => {
  const { body } = await server.ask('query ($n: Int) { info(a: $n) { shown list text } }', { n: 1 })
  const { shown, list, text } = body.data?.info as { shown: string; list: string[]; text: string }
  expect(JSON.parse(shown)).toEqual({ fieldName: 'info', parentTypeName: 'Query', variables: { n: 1 } })
  expect(list).toEqual(['shown', 'list', 'text'])
  expect(text.replace(/\s+/g, ' ')).toBe('{ shown list text }')
})

test('a resolver below has its parent as source', async () => {
  const { body } = await server.ask('{ info { list source } }')
  expect(JSON.parse((body.data?.info as { source: string }).source)).toEqual({
    keys: ['shown', 'list', 'text'],
    list: ['list', 'source'],
  })
})

test('an exception names its place in the code', async () => {
  expect((await server.ask('{ place }')).body.errors).toMatchObject([
    { errorType: 'Code', message: expect.stringMatching(/^code\.js:3:\d+: TypeError: /) as string },
  ])
})

test('ctx.outErrors lists what was appended before', async () => {
  const { body } = await server.ask('{ value: outErrors }')
  const appended = [
    { message: 'one', errorType: 'T', data: { id: 1 }, errorInfo: 2 },
    { message: 'two', errorType: null, data: null, errorInfo: null },
  ]
  expect(JSON.parse(body.data?.value as string)).toEqual({ after: appended })
  expect(body.errors?.map(({ message }) => message)).toEqual(['one', 'two'])
})

test('a loop ends after 1,000 iterations; the log tells', async () => {
  const query = 'query ($list: [Int]) { value: loops(list: $list) }'
  server.context.logs.length = 0
  expect(await json(query, { list: many })).toEqual({ map: 1_000, counted: 1_200 })
  expect(server.context.logs.map(({ message }) => message)).toContainEqual(
    expect.stringContaining('was ended after 1000 iterations'),
  )
})

test.each(['bigRequest', 'bigResponse'])('what %s evaluates to may have 5 MB', async (field) => {
  const query = `query ($text: String, $list: [Int]) { ${field}(text: $text, list: $list) }`
  const ask = (kilobytes: number) =>
    server.ask(query, { text: 'x'.repeat(kilobytes * 1_024), list: many.slice(0, 1_000) })
  expect((await ask(5)).body.errors).toBeUndefined()
  expect((await ask(6)).body).toMatchObject({
    data: { [field]: null },
    errors: [{ errorType: 'MappingTemplate', message: 'Transformation too large.' }],
  })
})

test('response headers: the last value of a name counts, reserved names and more than 4 KB are errors', async () => {
  const { headers, body } = await server.ask('{ headers }')
  expect(headers.get('x-mine')).toBe('last')
  expect(headers.get('x-amzn-mine')).toBeNull()
  expect(body.errors).toMatchObject([{ path: ['headers'] }])
  const big = await server.ask('query ($v: String) { headers(value: $v) }', { v: 'x'.repeat(4_096) })
  expect(big.headers.get('x-big')).toBeNull()
  expect(big.body.errors).toHaveLength(2)
})

test('a handler may change what the members of ctx hold', async () => {
  expect(await json('mutated(a: 1)')).toEqual({ a: 5 })
})

test('the environment holds the variables of the API', async () => {
  expect(await json('env')).toEqual({ STAGE: 'test' })
})
