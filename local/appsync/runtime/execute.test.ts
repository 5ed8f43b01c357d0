import { expect, test } from 'vitest'
import type { PipelineFunction } from '../resolver.ts'
import { bench, passOn } from './testing/resolve.ts'

const { unit, resolver } = bench()

/** A function of a pipeline that writes its handlers' names into the stash and passes on what it is told to. */
function traced(
  name: string,
  request = 'return { payload: ctx.prev.result }',
  response = 'return ctx.result',
): PipelineFunction {
  const step = (handler: string): string =>
    `ctx.stash.trace = [...(ctx.stash.trace ?? []), '${name}.${handler}'];`
  const source = `
    export function request(ctx) { ${step('request')} ${request} }
    export function response(ctx) { ${step('response')} ${response} }`
  return { name, code: { name: `${name}.js`, source }, dataSource: 'none' }
}

function traceOf(functions: PipelineFunction[], before = "return 'start'"): Promise<unknown> {
  const own = traced(
    'own',
    before,
    'return { trace: ctx.stash.trace, prev: ctx.prev.result, result: ctx.result }',
  )
  return resolver({ kind: 'PIPELINE', code: own.code, functions })().then(({ value }) => value)
}

test('a NONE source hands the payload of the request on, and nothing else of it', async () => {
  const source = `
    export const request = (ctx) => ({ payload: { x: ctx.args.x }, other: 2 })
    export const response = (ctx) => ctx.result`
  expect(await unit(source, { arguments: { x: 1 } })).toMatchObject({ value: { x: 1 } })
})

test('a pipeline runs its own request, each function in turn, its own response; the last result is both prev and result', async () => {
  const trace = ['own.request', 'f1.request', 'f1.response', 'f2.request', 'f2.response', 'own.response']
  expect(await traceOf([traced('f1'), traced('f2')])).toEqual({ trace, prev: 'start', result: 'start' })
})

test('inside a function the response sees its own result, and the previous one in prev', async () => {
  const f1 = traced('f1', "return { payload: 'own' }", 'return [ctx.prev.result, ctx.result]')
  expect(await traceOf([f1])).toMatchObject({ result: ['start', 'own'] })
})

test('an early return in a function skips its data source and response, and the next function sees the value', async () => {
  const f1 = traced('f1', 'runtime.earlyReturn({ a: 1 })')
  const trace = ['own.request', 'f1.request', 'f2.request', 'f2.response', 'own.response']
  expect(await traceOf([f1, traced('f2')])).toEqual({ trace, prev: { a: 1 }, result: { a: 1 } })
})

test('an early return that skips to the end goes straight to the last response', async () => {
  const f1 = traced('f1', "runtime.earlyReturn({ a: 1 }, { skipTo: 'END' })")
  expect(await traceOf([f1, traced('f2')])).toMatchObject({
    trace: ['own.request', 'f1.request', 'own.response'],
    result: { a: 1 },
  })
})

test('an early return before the functions skips them all', async () => {
  expect(await traceOf([traced('f1')], 'runtime.earlyReturn({ a: 1 })')).toMatchObject({
    trace: ['own.request', 'own.response'],
    prev: { a: 1 },
  })
})

test('an early return in a unit request is the value of the field', async () => {
  const source = `
    export function request(ctx) { runtime.earlyReturn({ a: 1 }) }
    export function response(ctx) { util.error('not called') }`
  expect(await unit(source)).toMatchObject({ value: { a: 1 } })
})

test('util.error ends the resolver with all it was given; what was appended before stays', async () => {
  const failing = traced('f1', "util.appendError('first'); util.error('m', 'T', { id: 1 }, { k: 3 })")
  const outcome = await resolver({
    kind: 'PIPELINE',
    code: passOn,
    functions: [failing, traced('f2', "util.error('no')")],
  })()
  expect(outcome).toMatchObject({
    value: null,
    error: { message: 'm', errorType: 'T', data: { id: 1 }, errorInfo: { k: 3 } },
    appended: [{ message: 'first', errorType: null, data: null, errorInfo: null }],
  })
})

test('util.appendError records and goes on', async () => {
  const source = `
    export function request(ctx) { util.appendError('m', 'T'); return { payload: 1 } }
    export function response(ctx) { util.appendError('n', null, { a: 1 }); return [ctx.result, ctx.outErrors.length] }`
  const outcome = await unit(source)
  expect(outcome.value).toEqual([1, 1])
  expect(outcome.error).toBeUndefined()
  expect(outcome.appended).toEqual([
    { message: 'm', errorType: 'T', data: null, errorInfo: null },
    { message: 'n', errorType: null, data: { a: 1 }, errorInfo: null },
  ])
})

test('util.unauthorized says which field was not authorized', async () => {
  const source = 'export function request(ctx) { util.unauthorized() }\nexport const response = (ctx) => 1'
  expect(await unit(source)).toMatchObject({
    error: { errorType: 'Unauthorized', message: 'Not Authorized to access thing on type Query' },
  })
})

test('an exception in resolver code has the type Code and the place it came from', async () => {
  const source =
    'export function request(ctx) {\n  return { a: ctx.args.missing.x }\n}\nexport const response = (ctx) => 1'
  const { error } = await unit(source)
  expect(error).toMatchObject({ errorType: 'Code', data: null, errorInfo: null })
  expect(error?.message).toBe("code.js:2:32: TypeError: Cannot read properties of undefined (reading 'x')")
})

test('an answer of more than 5 MB is refused', async () => {
  const source = `
    export function request(ctx) { return { payload: [ctx.args.big, ctx.args.big] } }
    export function response(ctx) { return 1 }`
  const { error } = await unit(source, { arguments: { big: 'x'.repeat(3_000_000) } })
  expect(error).toMatchObject({ errorType: 'MappingTemplate', message: 'Transformation too large.' })
})

test('handlers see the arguments twice, no identity under an API key, and fixed members of ctx', async () => {
  const source = `
    export const request = (ctx) => ({ payload: { same: ctx.args === ctx.arguments, identity: ctx.identity ?? 'none', source: ctx.source ?? 'none' } })
    export const response = (ctx) => ctx.result`
  expect(await unit(source)).toMatchObject({ value: { same: true, identity: 'none', source: 'none' } })
  const reassigning =
    'export const request = (ctx) => { const { fixed = ctx } = {}; fixed.stash = {} }\nexport const response = (ctx) => 1'
  expect(await unit(reassigning)).toMatchObject({ error: { errorType: 'Code' } })
})

test('the selection set is there, but does not show when info is printed', async () => {
  const source = `
    export const request = (ctx) => ({ payload: [ctx.info.selectionSetList, JSON.stringify(ctx.info)] })
    export const response = (ctx) => ctx.result`
  const shown = JSON.stringify({ fieldName: 'thing', parentTypeName: 'Query', variables: {} })
  expect(await unit(source)).toMatchObject({ value: [['id'], shown] })
})

test('cookies are withheld from handlers', async () => {
  const source =
    'export const request = (ctx) => ({ payload: ctx.request.headers })\nexport const response = (ctx) => ctx.result'
  const request = { headers: { cookie: 'secret', 'x-a': ['1', '2'] }, domainName: null }
  expect((await unit(source, { request })).value).toEqual({ 'x-a': ['1', '2'] })
})
