import { buildSync } from 'esbuild'
import { expect, test } from 'vitest'
import { checkCode } from './check.ts'
import { CodeError, type Problem } from './codeError.ts'

const response = 'export const response = (ctx) => ctx.result'

function problemsOf(source: string): readonly Problem[] {
  try {
    checkCode({ name: 'thing.js', source })
    return []
  } catch (error) {
    if (error instanceof CodeError) return error.problems
    throw error
  }
}

/** Messages for a request handler with this body. */
function messagesFor(body: string, before = ''): string[] {
  return problemsOf(`${before}\nexport function request(ctx) { ${body}\nreturn {} }\n${response}`).map(
    ({ message }) => message,
  )
}

/** Bundles TypeScript as resolvers are bundled for AppSync. */
function bundled(source: string): string {
  const { outputFiles } = buildSync({
    stdin: { contents: source, loader: 'ts', sourcefile: 'resolvers/Query.thing.ts' },
    bundle: true,
    format: 'esm',
    target: 'esnext',
    platform: 'node',
    external: ['@aws-appsync/utils'],
    sourcemap: 'inline',
    sourcesContent: false,
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

const refused: [what: string, body: string, message: string][] = [
  ['try', 'try { ctx.a } catch {}', 'try is not supported by APPSYNC_JS'],
  ['throw', "throw 'x'", 'throw is not supported by APPSYNC_JS'],
  [
    'for with counter',
    'for (let i = 0; i < 1; i += 1) {}',
    'for (initialization; condition; afterthought) is not supported by APPSYNC_JS',
  ],
  ['while', 'while (ctx.a) {}', 'while is not supported by APPSYNC_JS'],
  ['do', 'do {} while (ctx.a)', 'do-while is not supported by APPSYNC_JS'],
  ['continue', 'for (const a of []) continue', 'continue is not supported by APPSYNC_JS'],
  ['label', 'here: for (const a of []) break here', 'a label is not supported by APPSYNC_JS'],
  ['++', 'let i = 0; i++', 'the operator ++ or -- is not supported by APPSYNC_JS'],
  ['~', 'let i = ~1', 'the operator ~ is not supported by APPSYNC_JS'],
  ['in', "let i = 'a' in ctx", 'the operator in is not supported by APPSYNC_JS'],
  ['instanceof', 'let i = ctx instanceof Object', 'the operator instanceof is not supported by APPSYNC_JS'],
  ['async', 'const f = async () => 1', 'async is not supported by APPSYNC_JS'],
  ['generators', 'function* f() {}', 'a generator is not supported by APPSYNC_JS'],
  ['classes', 'class A {}', 'class is not supported by APPSYNC_JS'],
  ['class expressions', 'const A = class {}', 'class is not supported by APPSYNC_JS'],
  ['this', 'const a = this', 'this is not supported by APPSYNC_JS'],
  ['regular expressions', 'const a = /x/', 'a regular expression literal is not supported by APPSYNC_JS'],
  ['getters', 'const a = { get b() { return 1 } }', 'a getter is not supported by APPSYNC_JS'],
  ['tagged templates', 'const a = util.error`x`', 'a tagged template is not supported by APPSYNC_JS'],
  ['big integers', 'const a = 1n', 'a BigInt literal is not supported by APPSYNC_JS'],
  ['dynamic import', "const a = import('x')", 'import() is not supported by APPSYNC_JS'],
  ['unknown globals', 'const a = process', "'process' is not known to APPSYNC_JS"],
  ['names out of scope', '{ const a = 1 }\nconst b = a', "'a' is not known to APPSYNC_JS"],
  ['conversion by global', 'const a = String(1)', "'String' is not known to APPSYNC_JS"],
  [
    'Object.defineProperty',
    "Object.defineProperty({}, 'a', {})",
    "'Object.defineProperty' is not known to APPSYNC_JS",
  ],
  ['Math.pow', 'const a = Math.pow(1, 2)', "'Math.pow' is not known to APPSYNC_JS"],
  ['VTL utilities', 'const a = util.toJson({})', "'util.toJson' is not known to APPSYNC_JS"],
  ['nested utilities', 'const a = util.time.now()', "'util.time.now' is not known to APPSYNC_JS"],
  ['string methods', "const a = 'a'.padStart(2)", "the method 'padStart' is not supported by APPSYNC_JS"],
  ['call and apply', 'const f = () => 1; f.call(1)', "the method 'call' is not supported by APPSYNC_JS"],
  [
    'the way out by constructor',
    'const a = ctx.constructor',
    "'.constructor' is not supported by APPSYNC_JS",
  ],
  ['comparators', '[2, 1].sort((a, b) => a - b)', "the method 'sort' takes no comparator in APPSYNC_JS"],
  [
    'passing functions',
    'const f = (g) => 1; f(() => 1)',
    'a function cannot be passed as an argument, except to array methods',
  ],
  [
    'passing functions by name',
    'const g = () => 1; util.error(g)',
    'a function cannot be passed as an argument, except to array methods',
  ],
  ['returning functions', 'const f = () => { return () => 1 }', 'a function cannot be returned'],
  ['arrows to functions', 'const f = () => () => 1', 'a function cannot be returned'],
  ['reassigned functions', 'const f = () => 1; const g = f', 'a function cannot be reassigned'],
  ['assigned functions', 'const f = () => 1; let g; g = f', 'a function cannot be assigned'],
  ['reassigned ctx', 'ctx.stash = {}', 'ctx and its members cannot be reassigned'],
]

test.each(refused)('%s: refused', (_what, body, message) => {
  expect(messagesFor(body)).toEqual([message])
})

const legal: [what: string, body: string][] = [
  [
    'for…of and for…in',
    'for (const a of ctx.args.list) { if (a) break }\nfor (const b in ctx.args) { ctx.stash[b] = 1 }',
  ],
  [
    'switch, templates, spread, defaults',
    'const { a = 1, ...rest } = ctx.args; switch (a) { case 1: break; default: }\nconst b = `${a}${{ ...rest }}`',
  ],
  ['optional chaining and nullish', "const a = ctx.identity?.username ?? 'x'; delete ctx.args.b"],
  ['array callbacks', 'const f = (a) => a; const a = [1].map((b) => b * 2).filter(f).sort().indexOf(2)'],
  ['var seen outside its block', 'if (ctx.args.a) { var found = 1 }\nctx.stash.found = found'],
  ['changing what ctx holds', 'ctx.stash.a = 1; ctx.args.b = 2'],
  [
    'utilities without import',
    "util.error('m'); util.dynamodb.toString('a'); runtime.earlyReturn({}); extensions.setSubscriptionFilter({})",
  ],
  ['members of arguments called like methods', 'const a = ctx.args.values; const b = ctx.args.at'],
]

test.each(legal)('%s: legal', (_what, body) => {
  expect(messagesFor(body)).toEqual([])
})

test('functions that come back to themselves are refused, over detours too', () => {
  const before =
    'function a(n) { return b(n) }\nfunction b(n) { return n > 0 ? a(n - 1) : 0 }\nfunction c(n) { return a(n) }'
  const found = problemsOf(`${before}\nexport function request() { return c(1) }\n${response}`)
  expect(found.map(({ line, message }) => [line, message])).toEqual([
    [1, 'recursion is not supported by APPSYNC_JS'],
    [2, 'recursion is not supported by APPSYNC_JS'],
  ])
})

const imports: [statement: string, message: string][] = [
  [
    "import x from 'lodash'",
    "'lodash' cannot be imported: only @aws-appsync/utils and its modules remain when code is bundled",
  ],
  [
    "import { sql } from '@aws-appsync/utils/rds'",
    "'@aws-appsync/utils/rds' is not supported here: there are no RDS and no Bedrock data sources",
  ],
  ["import { nothing } from '@aws-appsync/utils'", "'@aws-appsync/utils' has no export 'nothing'"],
  ["import ddb from '@aws-appsync/utils/dynamodb'", "'@aws-appsync/utils/dynamodb' has no export 'default'"],
]

test.each(imports)('%s: refused', (statement, message) => {
  expect(messagesFor('', statement)).toEqual([message])
})

test('members of an imported module are checked', () => {
  const before = "import * as ddb from '@aws-appsync/utils/dynamodb'"
  expect(messagesFor('const a = ddb.get({}); const b = ddb.upsert({})', before)).toEqual([
    "'ddb.upsert' is not known to APPSYNC_JS",
  ])
})

test('both handlers must be exported, as functions', () => {
  expect(problemsOf('export const request = 1').map(({ message }) => message)).toEqual([
    "no function 'request' is exported",
    "no function 'response' is exported",
  ])
  expect(
    problemsOf('const a = () => ({})\nconst b = () => 1\nexport { a as request, b as response }'),
  ).toEqual([])
})

test('text that is not JavaScript is shown with its place', () => {
  expect(problemsOf('export function request( {')).toMatchObject([{ file: 'thing.js', line: 1, column: 27 }])
})

test('32 KB are the most a file may have', () => {
  const code = (characters: number): string => {
    const rest = `export const request = () => ({})\n${response}\n//`
    return rest + 'x'.repeat(characters - rest.length)
  }
  expect(problemsOf(code(32_768))).toEqual([])
  expect(problemsOf(code(32_769))).toMatchObject([
    { message: 'code has 32768 characters (32 KB) at most, this has 32769' },
  ])
})

test('code beyond 32 KB is shown from where it is too long', () => {
  const lines = Array.from({ length: 400 }, (_, index) => `  'element ${index} ${'x'.repeat(80)}',`)
  const source = `export const request = () => [\n${lines.join('\n')}\n]\n${response}\n`
  const before = source.slice(0, 32_768).split('\n')
  const [plain] = problemsOf(source)
  expect(plain).toMatchObject({
    file: 'thing.js',
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
  })

  const bundle = bundled(source)
  const element = /element \d+ /.exec(bundle.slice(bundle.lastIndexOf('\n', 32_768)))?.[0] ?? 'none'
  const written = source.split('\n').findIndex((line) => line.includes(element)) + 1
  expect(problemsOf(bundle)).toMatchObject([
    {
      file: 'resolvers/Query.thing.ts',
      line: written,
      message: expect.stringMatching(/ this has \d+, of which \d+ are its source map$/) as string,
    },
  ])
})

test('code that only its source map makes too long is shown at its end', () => {
  const statements = Array.from({ length: 1_300 }, (_, index) => `  const a${index} = ${index}`)
  const source = `export const request = () => {\n${statements.join('\n')}\n  return a1\n}\n${response}`
  expect(problemsOf(bundled(source))).toMatchObject([{ file: 'resolvers/Query.thing.ts', line: 1_304 }])
})

test('a legal bundle with its source map passes', () => {
  const source = `
    import { util, type Context } from '@aws-appsync/utils'
    import * as ddb from '@aws-appsync/utils/dynamodb'
    import { get, operations } from '@aws-appsync/utils/dynamodb'
    const limits = { most: 3 } as const
    export const request = (ctx: Context<{ id: string }>) => ctx.args.id.length > limits.most ? get({ key: { id: ctx.args.id } }) : ddb.get({ key: { id: util.autoId() } })
    export const response = (ctx: Context) => ctx.result ?? operations.add(1)`
  expect(problemsOf(bundled(source))).toEqual([])
})

test('problems in a bundle are shown where they were written', () => {
  const source = `
    type Thing = { id: string }

    export const request = (ctx: { args: Thing }) => {
      throw ctx.args.id
    }
    export const response = () => 1`
  expect(problemsOf(bundled(source))).toEqual([
    { file: 'resolvers/Query.thing.ts', line: 5, column: 7, message: 'throw is not supported by APPSYNC_JS' },
  ])
})

test('a namespace used as a value makes esbuild emit what AppSync refuses', () => {
  const source = `
    import * as local from 'data:text/javascript,export const a = 1'
    export const request = () => Object.keys(local)
    export const response = () => 1`
  expect(problemsOf(bundled(source)).length).toBeGreaterThan(0)
})
