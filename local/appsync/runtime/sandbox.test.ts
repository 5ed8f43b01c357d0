import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { globals, modules, operations, utilities } from '../check/surface.ts'
import { parseCode } from '../check/ast.ts'
import { loadCode, type HandlerOutcome } from './sandbox.ts'
import { bench } from './testing/resolve.ts'

const { unit } = bench()

/** Runs a request handler that no check has seen: what the sandbox itself holds back. */
function unchecked(body: string, result = ''): HandlerOutcome {
  const source = `export const request = (ctx) => { ${body} }\nexport const response = (ctx) => 1${result}`
  const { request } = loadCode(parseCode({ name: 'bad.js', source }), () => 0)
  return request('{}', '{"info":{},"env":{}}', '{"stash":{}}')
}

const outside = [
  ...[
    'process',
    'require',
    'fetch',
    'setTimeout',
    'Buffer',
    'Promise',
    'eval',
    'Function',
    'globalThis',
    'Date',
  ],
  ...[
    'WebAssembly',
    'Reflect',
    'Proxy',
    'Symbol',
    'Map',
    'Error',
    'RegExp',
    'inside',
    'SharedArrayBuffer',
    'Intl',
  ],
]

test.each(outside)('%s is not there', (name) => {
  expect(unchecked(`return ${name}`)).toMatchObject({
    kind: 'exception',
    message: expect.stringContaining('ReferenceError') as string,
  })
})

const escapes = [
  'ctx.constructor.constructor("return process")()',
  'util.error.constructor("return process")()',
  '[].map.constructor("return globalThis")().process',
  '(async () => {}).constructor("return process")()',
]

test.each(escapes)('no way out: %s', (expression) => {
  expect(unchecked(`return ${expression}`)).toMatchObject({ kind: 'exception' })
})

test('what a handler changes in the language stays in its own context', () => {
  unchecked('Object.prototype.leak = 1; util.dynamodb.leak = 1')
  expect(unchecked('return [{}.leak ?? null, util.dynamodb.leak ?? null]')).toMatchObject({
    value: [null, null],
  })
})

test('a promise is no answer', () => {
  expect(unchecked('return (async () => 1)()')).toMatchObject({ value: {} })
})

test('the runtime has exactly what the check lets through', () => {
  const { value } = unchecked(`
    const members = {}
    for (const name of Object.keys(util)) members[name] = typeof util[name] === 'function' ? [] : Object.keys(util[name]).sort()
    return { util: members, extensions: Object.keys(extensions), runtime: Object.keys(runtime), console: Object.keys(console) }`) as unknown as {
    value: Record<string, object>
  }
  const sorted = Object.entries(utilities).map(([name, members]) => [name, [...members].sort()] as const)
  const roots = (globals.util ?? []).map((name) => [name, []] as const)
  expect(value).toEqual({
    util: Object.fromEntries([...roots, ...sorted]) as object,
    extensions: globals.extensions,
    runtime: globals.runtime,
    console: globals.console,
  })
})

test('the module of DynamoDB helpers has exactly what the check lets through', () => {
  const source = `import * as ddb from '@aws-appsync/utils/dynamodb'
    export const request = () => [Object.keys(ddb).sort(), Object.keys(ddb.operations)]
    export const response = () => 1`
  const { request } = loadCode(parseCode({ name: 'names.js', source }), () => 0)
  const names = [...(modules['@aws-appsync/utils/dynamodb'] ?? [])].sort()
  expect(request('{}', '{"info":{},"env":{}}', '{"stash":{}}')).toMatchObject({ value: [names, operations] })
})

const list = Array.from({ length: 1_500 }, (_, at) => at)

const loops: [what: string, code: string, value: unknown][] = [
  ['for…of', 'let n = 0; for (const each of ctx.args.list) { n += 1 } return { payload: n }', 1_000],
  ['for…in', 'let n = 0; for (const each in ctx.args.list) { n += 1 } return { payload: n }', 1_000],
  ['map', 'return { payload: ctx.args.list.map((n) => n).length }', 1_000],
  ['reduce', 'return { payload: ctx.args.list.reduce((sum, n) => sum + 1, 0) }', 1_000],
  ['find', 'return { payload: ctx.args.list.find((n) => n > 1200) ?? "none" }', 'none'],
]

test.each(loops)('%s ends after 1,000 iterations, and the log says so', async (_what, code, value) => {
  const outcome = await unit(
    `export function request(ctx) { ${code} }\nexport const response = (ctx) => ctx.result`,
    { arguments: { list } },
  )
  expect(outcome).toMatchObject({
    value,
    logs: [{ level: 'WARN', message: expect.stringContaining('1000 iterations') as string }],
  })
})

test('utilities see the whole of a long list', async () => {
  const source = `export const request = (ctx) => ({ payload: [
      util.dynamodb.toList(ctx.args.list).L.length,
      JSON.parse(util.transform.toDynamoDBFilterExpression({ v: { in: ctx.args.list } })).expression.length ] })
    export const response = (ctx) => ctx.result`
  const { value } = await unit(source, { arguments: { list } })
  expect((value as [number, number])[0]).toBe(1_500)
  expect((value as [number, number])[1]).toBeGreaterThan(1_500 * 8)
})

test('the code inside loops by for…of alone: the array methods it finds are cut', () => {
  const folder = new URL('inside/', import.meta.url)
  const callbacks =
    /\.(map|forEach|filter|reduce|reduceRight|find|some|every|findIndex|findLast|findLastIndex|flatMap)\(/
  for (const name of readdirSync(folder))
    expect(readFileSync(new URL(name, folder), 'utf8'), name).not.toMatch(callbacks)
})

test('a handler that loops within loops without end is stopped', () => {
  let now = 0
  const source = `
    export const request = (ctx) => { for (const a of ctx.args) for (const b of ctx.args) for (const c of ctx.args) ctx.stash.n = c }
    export const response = (ctx) => 1`
  const { request } = loadCode(parseCode({ name: 'long.js', source }), () => (now += 1_000))
  const stable = JSON.stringify({ arguments: null, info: {}, env: {}, args: null })
  const outcome = request(
    '{}',
    stable.replace('"arguments":null', `"arguments":${JSON.stringify(list)}`),
    '{"stash":{}}',
  )
  expect(outcome).toMatchObject({
    kind: 'exception',
    message: expect.stringContaining('Execution timed out.') as string,
  })
})

test('an exception in a bundle is shown where it was written', async () => {
  const map = { version: 3, sources: ['../resolvers/Query.thing.ts'], names: [], mappings: 'AAUA,SAAS' }
  const encoded = Buffer.from(JSON.stringify(map)).toString('base64')
  const source = `export const request = (ctx) => ctx.args.a.b; export const response = (ctx) => 1\n//# sourceMappingURL=data:application/json;base64,${encoded}\n`
  const { error, logs } = await unit(source)
  expect(error?.message).toMatch(/^code\.js:11:10: TypeError: /)
  expect(logs).toMatchObject([
    {
      level: 'ERROR',
      message: expect.stringMatching(/^resolvers\/Query\.thing\.ts:11:10: TypeError: /) as string,
    },
  ])
})

test('places after a loop on the same line are the ones of the code', async () => {
  const source =
    'export const request = (ctx) => { for (const a of [1]) { ctx.args.b.c } }\nexport const response = (ctx) => 1'
  const { error } = await unit(source)
  expect(error?.message).toBe("code.js:1:69: TypeError: Cannot read properties of undefined (reading 'c')")
})

test('imports spread over lines keep the lines of what follows', async () => {
  const source =
    "import {\n  util,\n} from '@aws-appsync/utils'\nexport const request = (ctx) => ctx.args.b.c\nexport const response = (ctx) => 1"
  expect((await unit(source)).error?.message).toMatch(/^code\.js:4:44: /)
})
