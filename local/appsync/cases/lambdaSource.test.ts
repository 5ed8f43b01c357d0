import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { serve, type SmallServer } from '../testing/server.ts'
import {
  answering,
  calling,
  type CallOutcome,
  type SmallApi,
  type SmallResolver,
} from '../testing/template.ts'

const ServiceRoleArn = 'arn:aws:iam::000000000000:role/source'
const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:f'
const calls: { type: unknown; payload: unknown }[] = []

/** A function that doubles, fails with what it is told, and answers a list element by element. */
function run(payload: unknown): unknown {
  if (Array.isArray(payload)) return payload.map(run)
  const { n, fails } = payload as { n: number; fails?: boolean }
  return fails ? { data: null, errorMessage: `no ${n}`, errorType: 'Odd' } : n * 2
}

const batched = (maxBatchSize?: number): SmallResolver => ({
  dataSource: 'function',
  ...(maxBatchSize === undefined ? {} : { maxBatchSize }),
  code: `import { util } from '@aws-appsync/utils'
    export const request = (ctx) => ({ operation: 'BatchInvoke', payload: { n: ctx.source.n, fails: ctx.source.fails } })
    export function response(ctx) {
      if (ctx.error) util.appendError(ctx.error.message, ctx.error.type)
      return ctx.result
    }`,
})

const api: SmallApi = {
  schema: `
    type Query { one: AWSJSON thrown: AWSJSON event: Int bad: AWSJSON things(count: Int!, odd: Int): [Thing] }
    type Thing { n: Int double: Int byTwo: Int }
  `,
  dataSources: {
    function: { Type: 'AWS_LAMBDA', ServiceRoleArn, LambdaConfig: { LambdaFunctionArn: functionArn } },
  },
  resolvers: {
    'Query.one': calling('function', "({ operation: 'Invoke', payload: { n: 4 } })"),
    'Query.thrown': calling('function', "({ operation: 'Invoke', payload: 'throw' })"),
    'Query.event': {
      dataSource: 'function',
      code: `export const request = () => ({ operation: 'Invoke', invocationType: 'Event', payload: { n: 1 } })
        export const response = () => 99`,
    },
    'Query.bad': calling('function', "({ operation: 'Call', payload: 1 })"),
    'Query.things': answering(
      '[1, 2, 3, 4, 5].slice(0, ctx.args.count).map((n) => ({ n, fails: n === ctx.args.odd }))',
    ),
    'Thing.double': batched(),
    'Thing.byTwo': batched(2),
  },
}

let server: SmallServer
beforeAll(async () => {
  server = await serve(api, {
    context: {
      call(_service, _action, input) {
        const { InvocationType, Payload } = input as { InvocationType: unknown; Payload: string }
        const payload: unknown = JSON.parse(Payload)
        calls.push({ type: InvocationType, payload })
        if (payload !== 'throw') return Promise.resolve({ Payload: JSON.stringify(run(payload)) })
        const failure = { errorType: 'TypeError', errorMessage: 'oh' }
        return Promise.resolve({ FunctionError: 'Unhandled', Payload: JSON.stringify(failure) })
      },
    },
  })
})
beforeEach(() => void calls.splice(0))
afterAll(() => server.close())

const outcome = async (field: string): Promise<CallOutcome> =>
  JSON.parse((await server.ask(`{ value: ${field} }`)).body.data?.value as string) as CallOutcome

test('Invoke hands the payload to the function, its answer is the result', async () => {
  expect(await outcome('one')).toEqual({ result: 8, error: null })
  expect(calls).toEqual([{ type: 'RequestResponse', payload: { n: 4 } }])
})

test('what a function throws is ctx.error of the type Lambda:Unhandled', async () => {
  expect(await outcome('thrown')).toEqual({
    result: null,
    error: { message: 'oh', type: 'Lambda:Unhandled' },
  })
})

test('an Event is null without a response handler', async () => {
  expect((await server.ask('{ event }')).body).toEqual({ data: { event: null } })
  expect(calls).toEqual([{ type: 'Event', payload: { n: 1 } }])
})

test('an unknown operation is an error of the request', async () => {
  expect((await server.ask('{ bad }')).body.errors).toMatchObject([{ errorType: 'MappingTemplate' }])
})

test('BatchInvoke asks for a whole list of fields in one call, answered one by one', async () => {
  const { body } = await server.ask('{ things(count: 3, odd: 2) { double } }')
  expect(body.data).toEqual({ things: [{ double: 2 }, { double: null }, { double: 6 }] })
  expect(body.errors).toMatchObject([{ path: ['things', 1, 'double'], errorType: 'Odd', message: 'no 2' }])
  expect(calls).toEqual([
    {
      type: 'RequestResponse',
      payload: [
        { n: 1, fails: false },
        { n: 2, fails: true },
        { n: 3, fails: false },
      ],
    },
  ])
})

test('MaxBatchSize bounds a call', async () => {
  const { body } = await server.ask('{ things(count: 5) { byTwo } }')
  expect(body).toEqual({ data: { things: [2, 4, 6, 8, 10].map((byTwo) => ({ byTwo })) } })
  expect(calls.map(({ payload }) => (payload as unknown[]).length)).toEqual([2, 2, 1])
})

test.each([
  [2_001, 'function', 'MaxBatchSize must be a whole number from 0 to 2000, not 2001'],
  [5, 'none', 'MaxBatchSize is for AWS_LAMBDA data sources only, none is of NONE'],
])('MaxBatchSize %i on the source %s is refused', async (maxBatchSize, dataSource, message) => {
  const resolvers = { 'Query.one': { ...calling(dataSource, '({})'), maxBatchSize } }
  await expect(server.redeploy({ ...api, resolvers })).rejects.toThrow(message)
})
