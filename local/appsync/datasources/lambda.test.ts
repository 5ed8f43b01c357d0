import { expect, test } from 'vitest'
import { AwsError } from '../../aws/error.ts'
import type { FieldOutcome } from '../resolver.ts'
import { bench, type Bench } from '../runtime/testing/resolve.ts'

/** A cloud whose function answers by its payload. */
function withFunction(answer: (payload: unknown) => unknown, failed?: string): Bench {
  return bench({
    lambda: (_action, input) => ({
      StatusCode: 200,
      Payload: JSON.stringify(answer(JSON.parse(input.Payload as string))),
      ...(failed && { FunctionError: failed }),
    }),
  })
}

function send(
  made: Bench,
  request: object,
): (payload?: unknown, requestId?: string) => Promise<FieldOutcome> {
  const resolve = made.resolver({
    dataSource: 'function',
    code: {
      name: 'thing.js',
      source: `export const request = (ctx) => ({ ...${JSON.stringify(request)}, payload: ctx.args.payload })
               export const response = (ctx) => ({ result: ctx.result, error: ctx.error ?? null })`,
    },
  })
  return (payload, requestId = 'one') => resolve({ arguments: { payload }, requestId })
}

test('the function gets the payload, its answer is the result', async () => {
  const made = withFunction((payload) => ({ got: payload }))
  expect((await send(made, { operation: 'Invoke' })({ a: 1 })).value).toEqual({
    result: { got: { a: 1 } },
    error: null,
  })
  expect(made.calls()).toMatchObject([{ input: { InvocationType: 'RequestResponse' } }])
})

test('what a function throws is an error for the response handler', async () => {
  const made = withFunction(() => ({ errorType: 'TypeError', errorMessage: 'oh' }), 'Unhandled')
  expect((await send(made, { operation: 'Invoke' })()).value).toEqual({
    result: null,
    error: { message: 'oh', type: 'Lambda:Unhandled' },
  })
})

test('a call that Lambda refuses is an error too', async () => {
  const made = bench({ lambda: () => new AwsError('ResourceNotFoundException', 'Function not found') })
  expect((await send(made, { operation: 'Invoke' })()).value).toMatchObject({
    error: { message: 'Function not found', type: 'Lambda:ResourceNotFoundException' },
  })
})

test('an event is sent and null answered, without a response handler', async () => {
  const made = bench()
  expect(await send(made, { operation: 'Invoke', invocationType: 'Event' })({ a: 1 })).toMatchObject({
    value: null,
  })
  expect(made.calls()).toMatchObject([{ input: { InvocationType: 'Event', Payload: '{"a":1}' } }])
})

test('fields that ask in the same turn share one BatchInvoke', async () => {
  const made = withFunction((payloads) =>
    (payloads as number[]).map((n) =>
      n === 2 ? { data: null, errorMessage: 'two', errorType: 'Odd' } : n === 3 ? { data: 30 } : n * 10,
    ),
  )
  const ask = send(made, { operation: 'BatchInvoke' })
  const values = (await Promise.all([ask(1), ask(2), ask(3)])).map(({ value }) => value)
  expect(values).toEqual([
    { result: 10, error: null },
    { result: null, error: { message: 'two', type: 'Odd' } },
    { result: 30, error: null },
  ])
  expect(made.calls()).toHaveLength(1)
})

test('requests share no batch', async () => {
  const made = withFunction((payloads) => payloads)
  const ask = send(made, { operation: 'BatchInvoke' })
  await Promise.all([ask(1, 'one'), ask(2, 'other'), ask(3, 'one')])
  expect(made.calls().map(({ input }) => (input as { Payload: string }).Payload)).toEqual(['[1,3]', '[2]'])
})

test('a batch answer of another length fails every field', async () => {
  const ask = send(
    withFunction(() => [1]),
    { operation: 'BatchInvoke' },
  )
  const values = await Promise.all([ask(1), ask(2)])
  expect(values.map(({ value }) => (value as { error: { type: string } }).error.type)).toEqual([
    'Lambda:IllegalArgument',
    'Lambda:IllegalArgument',
  ])
})

const malformed: [request: object, message: string][] = [
  [{}, "Value for field '$[operation]' not found."],
  [{ operation: 'Call' }, "Unsupported operation 'Call'."],
  [
    { operation: 'Invoke', invocationType: 'DryRun' },
    "Unsupported invocation type 'DryRun' for field '$[invocationType]'.",
  ],
]

test.each(malformed)('malformed: %j', async (request, message) => {
  expect((await send(bench(), request)()).error).toMatchObject({ errorType: 'MappingTemplate', message })
})
