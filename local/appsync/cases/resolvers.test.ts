import { afterAll, beforeAll, expect, test } from 'vitest'
import { serve, type SmallServer } from '../testing/server.ts'
import { answering, type SmallResolver } from '../testing/template.ts'

const handlers = (request: string, response: string): string =>
  `import { util, runtime } from '@aws-appsync/utils'
   export function request(ctx) { ${request} }
   export function response(ctx) { ${response} }`

/** A handler that notes its name, and the previous result, in the stash. */
const noting = (name: string, ret: string): string =>
  `ctx.stash.log = [...(ctx.stash.log ?? []), '${name}:' + JSON.stringify(ctx.prev?.result?.at ?? null)]; return ${ret}`
const noted = (name: string): string =>
  handlers(
    noting(`${name}.req`, `{ payload: { at: '${name}.ds' } }`),
    noting(`${name}.res`, `({ at: '${name}' })`),
  )
const pipeline = (
  before: string,
  after = noting(
    'after',
    '({ log: ctx.stash.log, same: ctx.result === ctx.prev.result || JSON.stringify(ctx.result) === JSON.stringify(ctx.prev.result) })',
  ),
): SmallResolver => ({
  code: handlers(before, after),
  functions: [
    { name: 'f1', code: noted('f1') },
    { name: 'f2', code: noted('f2') },
  ],
})

let server: SmallServer
beforeAll(async () => {
  server = await serve({
    schema: `
      type Query {
        order: AWSJSON orderEnd: AWSJSON orderBefore: AWSJSON none: Thing payload: AWSJSON noPayload: AWSJSON noResolver: String args(a: Int): AWSJSON
        abort: Thing bare: Thing append: Thing early: Thing thing: Thing list: [Thing] mustList: [Thing!] must: Thing!
        notList: [Thing] notObject: Thing badInt: Thing badDate: Thing missing: Thing parsed: AWSJSON throws: Thing info(a: Int): AWSJSON
        child: Thing animal: Animal animals: [Animal] text: String
      }
      interface Animal { name: String }
      type Dog implements Animal { name: String bark: Int }
      type Cat implements Animal { name: String }
      type Thing { id: ID name: String must: ID! count: Int when: AWSDateTime child: Thing items: [Thing] nested(n: Int): Int }
    `,
    resolvers: {
      'Query.order': pipeline(noting('before', "({ at: 'before' })")),
      'Query.orderEnd': {
        ...pipeline('return {}', 'return { at: ctx.prev.result, result: ctx.result }'),
        functions: [
          {
            name: 'e1',
            code: handlers(
              "runtime.earlyReturn({ at: 'e1' }, { skipTo: 'END' })",
              'util.error("e1.response")',
            ),
          },
          { name: 'e2', code: handlers('util.error("e2.request")', 'return null') },
        ],
      },
      'Query.orderBefore': {
        ...pipeline("runtime.earlyReturn({ at: 'before' })", 'return ctx.prev.result'),
        functions: [{ name: 'b1', code: handlers('util.error("b1")', 'return 1') }],
      },
      'Query.payload': handlers('return { payload: { x: 1 }, other: 2 }', 'return ctx.result'),
      'Query.noPayload': handlers('return { other: 2 }', 'return ctx.result ?? "null"'),
      'Query.none': handlers('return { payload: { id: 1 }, other: 2 }', 'return ctx.result'),
      'Query.args': answering('({ args: ctx.args, arguments: ctx.arguments })'),
      'Query.abort': {
        code: handlers('return {}', 'util.error("after ran")'),
        functions: [
          {
            name: 'a1',
            code: handlers(
              'util.error("m", "T", { id: 1, secret: 2 }, { k: 3 })',
              'util.error("a1.response ran")',
            ),
          },
          { name: 'a2', code: handlers('util.error("a2 ran")', 'return null') },
        ],
      },
      'Query.bare': answering('util.error("m")'),
      'Query.append': {
        code: handlers('return {}', 'return { id: ctx.prev.result.id, name: "after" }'),
        functions: [
          { name: 'p1', code: handlers('return {}', 'util.appendError("m", "T"); return { id: 5 }') },
        ],
      },
      'Query.early': handlers("runtime.earlyReturn({ id: 'early' })", 'util.error("response ran")'),
      'Query.thing': answering(
        "({ id: 'x', name: { a: 1, b: [true] }, must: 2, child: { id: 3, must: null } })",
      ),
      'Query.list': answering('[{ id: 1, must: 1 }, { id: 2 }]'),
      'Query.mustList': answering('[{ id: 1 }, null]'),
      'Query.must': answering('null'),
      'Query.notList': answering('({ id: 1 })'),
      'Query.notObject': answering('[1]'),
      'Query.badInt': answering('({ id: 1, count: "many" })'),
      'Query.badDate': answering('({ id: 1, when: "today" })'),
      'Query.parsed': answering('({ blank: JSON.parse("nope"), good: JSON.parse("[1]") })'),
      'Query.throws': answering('ctx.nothing.there'),
      'Query.info': answering(
        '({ list: ctx.info.selectionSetList, graphql: ctx.info.selectionSetGraphQL, field: ctx.info.fieldName, parent: ctx.info.parentTypeName, variables: ctx.info.variables, shown: JSON.parse(JSON.stringify(ctx.info)), headers: ctx.request.headers, domain: ctx.request.domainName, env: ctx.env })',
      ),
      'Query.child': answering('({ id: 1, child: { id: 2 } })'),
      'Thing.nested': answering('({ source: ctx.source.id, n: ctx.args.n }).n'),
      'Query.animal': answering("({ __typename: 'Dog', name: 'd', bark: 3 })"),
      'Query.animals': answering("[{ __typename: 'Cat', name: 'c' }, { name: 'unknown' }]"),
      'Query.text': answering("({ a: 1, b: ['x'] })"),
    },
    api: { EnvironmentVariables: { STAGE: 'test' } },
  })
})
afterAll(() => server.close())

const data = async (query: string): Promise<unknown> => (await server.ask(query)).body.data
const json = async (field: string): Promise<unknown> =>
  JSON.parse((await server.ask(`{ ${field} }`)).body.data?.[field] as string)

test('case 18: a pipeline runs its handlers in order, each with the result before it', async () => {
  expect(await json('order')).toEqual({
    log: ['before:null', 'f1.req:"before"', 'f1.res:"before"', 'f2.req:"f1"', 'f2.res:"f1"', 'after:"f2"'],
    same: true,
  })
})

test('case 19: args and arguments are there, empty for a field without arguments', async () => {
  expect(await json('args')).toEqual({ args: {}, arguments: {} })
})

test('case 22: util.error ends the pipeline; data is cut to the selection, errorInfo is not', async () => {
  const { status, body } = await server.ask('{ abort { id } }')
  expect([status, body]).toEqual([
    200,
    {
      data: { abort: null },
      errors: [
        {
          path: ['abort'],
          data: { id: 1 },
          errorType: 'T',
          errorInfo: { k: 3 },
          locations: [{ line: 1, column: 3, sourceName: null }],
          message: 'm',
        },
      ],
    },
  ])
})

test('case 23: what util.error is not told is null, not absent, and the members have their order', async () => {
  const error = (await server.ask('{ bare { id } }')).body.errors?.[0] ?? {}
  expect(Object.keys(error)).toEqual(['path', 'data', 'errorType', 'errorInfo', 'locations', 'message'])
  expect(error).toMatchObject({ errorType: null, data: null, errorInfo: null })
})

test('case 24: util.appendError notes an error and goes on', async () => {
  const { body } = await server.ask('{ append { id name } }')
  expect(body.data).toEqual({ append: { id: '5', name: 'after' } })
  expect(body.errors).toMatchObject([{ path: ['append'], errorType: 'T', message: 'm' }])
})

test('case 26: an early return skips what it says', async () => {
  expect(await json('orderEnd')).toEqual({ at: { at: 'e1' }, result: { at: 'e1' } })
  expect(await json('orderBefore')).toEqual({ at: 'before' })
  expect(await data('{ early { id } }')).toEqual({ early: { id: 'early' } })
})

test('case 28: without a resolver a root field is null, another the property of its parent', async () => {
  expect((await server.ask('{ noResolver child { child { id } } }')).body).toEqual({
    data: { noResolver: null, child: { child: { id: '2' } } },
  })
})

test('case 29: null where null may not be makes the parent null', async () => {
  const { body } = await server.ask('{ thing { id child { must } } list { id must } }')
  expect(body).toEqual({
    data: { thing: { id: 'x', child: null }, list: [{ id: '1', must: '1' }, null] },
    errors: [
      {
        path: ['thing', 'child', 'must'],
        locations: null,
        message: "Cannot return null for non-nullable type: 'ID' within parent 'Thing' (/thing/child/must)",
      },
      {
        path: ['list', 1, 'must'],
        locations: null,
        message: "Cannot return null for non-nullable type: 'ID' within parent 'Thing' (/list[1]/must)",
      },
    ],
  })
  expect((await server.ask('{ mustList { id } }')).body.data).toEqual({ mustList: null })
  expect((await server.ask('{ child { id } must { id } }')).body.data).toBeNull()
})

test('case 33: the NONE source answers its payload and nothing else', async () => {
  expect(await json('payload')).toEqual({ x: 1 })
  expect(await json('noPayload')).toBe('null')
  expect(await data('{ none { id name } }')).toEqual({ none: { id: '1', name: null } })
})

test('case 35: JSON.parse of what is no JSON is a blank string', async () => {
  expect(await json('parsed')).toEqual({ blank: '', good: [1] })
})

test.each([
  [
    '{ notList { id } }',
    "Can't resolve value (/notList) : type mismatch error, expected type LIST, got OBJECT",
  ],
  [
    '{ notObject { id } }',
    "Can't resolve value (/notObject) : type mismatch error, expected type OBJECT, got LIST",
  ],
  ['{ badInt { count } }', "Can't serialize value (/badInt/count) : Expected type 'Int' but was 'String'."],
  [
    '{ badDate { when } }',
    "Can't serialize value (/badDate/when) : Unable to serialize `today` as a valid DateTime Object.",
  ],
])('%s has a value of the wrong shape', async (query, message) => {
  const { body } = await server.ask(query)
  expect(body.errors).toEqual([{ path: expect.any(Array) as unknown, locations: null, message }])
})

test('text of an object is as Java prints it', async () => {
  expect(await data('{ text thing { name } }')).toEqual({
    text: '{a=1, b=[x]}',
    thing: { name: '{a=1, b=[true]}' },
  })
})

test('an exception in code is an error of type Code', async () => {
  const { body } = await server.ask('{ throws { id } }')
  expect(body).toMatchObject({ data: { throws: null }, errors: [{ path: ['throws'], errorType: 'Code' }] })
})

test('a resolver learns what is selected, with aliases, fragments and variables', async () => {
  const query =
    'query ($n: Int) { info(a: $n) child { id twin: child { ...F } } } fragment F on Thing { id nested(n: $n) }'
  const { body } = await server.ask(query, { n: 4 }, { 'x-more': 'm' })
  const info = JSON.parse(body.data?.info as string) as Record<string, unknown>
  expect(info).toMatchObject({
    field: 'info',
    parent: 'Query',
    variables: { n: 4 },
    list: [],
    graphql: '',
    env: { STAGE: 'test' },
    domain: null,
  })
  expect(info.headers).toMatchObject({ 'x-more': 'm', 'x-api-key': server.key })
  expect(body.data?.child).toEqual({ id: '1', twin: { id: '2', nested: 4 } })
})

test('a value of an interface says its type', async () => {
  const { body } = await server.ask('{ animal { __typename name ... on Dog { bark } } animals { name } }')
  expect(body.data).toEqual({
    animal: { __typename: 'Dog', name: 'd', bark: 3 },
    animals: [{ name: 'c' }, null],
  })
  expect(body.errors).toMatchObject([{ path: ['animals', 1] }])
})

test('keys of data stand in the order in which they were asked for', async () => {
  const { body } = await server.ask('{ text none { name id } child { id } a: noResolver }')
  expect(JSON.stringify(body)).toBe(
    '{"data":{"text":"{a=1, b=[x]}","none":{"name":null,"id":"1"},"child":{"id":"1"},"a":null}}',
  )
})

test('@skip and @include decide what is selected', async () => {
  const { body } = await server.ask(
    'query ($y: Boolean!) { a: noResolver @include(if: $y) b: noResolver @skip(if: $y) }',
    { y: true },
  )
  expect(body.data).toEqual({ a: null })
})
