import { afterEach, expect, test } from 'vitest'
import { fn, fnOf, lambdaCloud, type LambdaCloud } from './testing/cloud.ts'
import type { Resource } from '../aws/resource.ts'

let cloud: LambdaCloud | undefined
afterEach(() => cloud?.end())

async function failure(resource: Resource): Promise<unknown> {
  cloud = await lambdaCloud([resource])
  const { StatusCode, FunctionError, Payload } = await cloud.invoke(resource.ref)
  expect([StatusCode, FunctionError]).toEqual([200, 'Unhandled'])
  return JSON.parse(Payload)
}

const starting = (text: string): unknown => expect.stringMatching(new RegExp(`^${text}`))
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const withId = (message: string): unknown =>
  expect.stringMatching(new RegExp(`^RequestId: ${uuid} Error: ${message}$`))

test.each([
  [
    'a thrown error',
    fn('f', 'throw new RangeError("far")'),
    { errorType: 'RangeError', errorMessage: 'far' },
  ],
  ['a thrown string', fn('f', 'throw "far"'), { errorType: 'string', errorMessage: 'far', trace: [] }],
  [
    'a time-out, even of a busy loop',
    fn('f', 'for (;;);', { Timeout: 1 }),
    { errorType: 'Sandbox.Timedout', errorMessage: withId('Task timed out after 1.00 seconds') },
  ],
  [
    'the end of the process',
    fn('f', 'process.exit(3)'),
    { errorType: 'Runtime.ExitError', errorMessage: withId('Runtime exited with error: exit status 3') },
  ],
  [
    'the end of the process without a failure',
    fn('f', 'process.exit(0)'),
    { errorType: 'Runtime.ExitError', errorMessage: withId('Runtime exited without providing a reason') },
  ],
  [
    'too little memory',
    fn('f', 'const all = []; for (;;) all.push(new Array(1e5).fill(1))'),
    { errorType: 'Runtime.OutOfMemory', errorMessage: withId('Runtime exited with error: signal: killed') },
  ],
  [
    'an error nobody caught',
    fn('f', 'setTimeout(() => { throw new TypeError("late") }); await new Promise(() => undefined)'),
    { errorType: 'TypeError', errorMessage: 'late' },
  ],
  [
    'a rejection nobody caught',
    fn('f', 'Promise.reject(new TypeError("late")); await new Promise(() => undefined)'),
    { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'TypeError: late' },
  ],
  [
    'a result that is no JSON',
    fn('f', 'return 1n'),
    { errorType: 'Runtime.JSONStringifyError', errorMessage: 'Unable to stringify response body' },
  ],
  [
    'a result beyond 6 MB',
    fn('f', 'return "x".repeat(6_300_000)'),
    {
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    },
  ],
  [
    'a missing export',
    fn('f', '', { Handler: 'index.other' }),
    { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.other is undefined or not exported' },
  ],
  [
    'an export that is no function',
    fnOf('f', 'exports.handler = 1'),
    { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is not a function' },
  ],
  [
    'a handler without a dot',
    fn('f', '', { Handler: 'index' }),
    { errorType: 'Runtime.MalformedHandlerName', errorMessage: 'Bad handler' },
  ],
  [
    'a missing file',
    fn('f', '', { Handler: 'main.handler' }),
    {
      errorType: 'Runtime.ImportModuleError',
      errorMessage: starting("Error: Cannot find module 'main'\nRequire stack:"),
    },
  ],
  [
    'a missing module',
    fnOf('f', 'require("no-such-module")'),
    {
      errorType: 'Runtime.ImportModuleError',
      errorMessage: starting("Error: Cannot find module 'no-such-module'"),
    },
  ],
  [
    'code that is no JavaScript',
    fnOf('f', 'exports.handler = async () => {{'),
    { errorType: 'Runtime.UserCodeSyntaxError', errorMessage: starting('SyntaxError: ') },
  ],
  [
    'a module that throws',
    fnOf('f', 'throw new Error("no config")'),
    { errorType: 'Error', errorMessage: 'no config' },
  ],
  [
    'a callback handler on Node.js 24',
    fnOf('f', 'exports.handler = (event, context, callback) => callback(null, 1)'),
    { errorType: 'Runtime.CallbackHandlerDeprecated' },
  ],
])('%s is answered in the words of AWS', async (_what, resource, expected) => {
  expect(await failure(resource)).toMatchObject(expected)
})

test('a failed sandbox is replaced, and the next invocation works', async () => {
  cloud = await lambdaCloud([fn('f', 'if (event.die) process.exit(1); return "alive"')])
  await cloud.invoke('f', { die: true })
  expect(await cloud.result('f')).toBe('alive')
})

test.each([
  [
    'an unknown function',
    { FunctionName: 'none' },
    'ResourceNotFoundException',
    'Function not found: arn:aws:lambda:us-east-1:000000000000:function:none',
  ],
  [
    'an unknown version',
    { Qualifier: '7' },
    'ResourceNotFoundException',
    'Function not found: arn:aws:lambda:us-east-1:000000000000:function:f:7',
  ],
  [
    'a payload that is no JSON',
    { Payload: '{' },
    'InvalidRequestContentException',
    'Could not parse request body into json',
  ],
  [
    'an asynchronous payload that is no JSON',
    { Payload: '{', InvocationType: 'Event' },
    'InvalidRequestContentException',
    'Could not parse',
  ],
  [
    'a payload beyond 6 MB',
    { Payload: JSON.stringify('x'.repeat(6_291_455)) },
    'RequestEntityTooLargeException',
    '6291457 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)',
  ],
  [
    'an asynchronous payload beyond 1 MB',
    { Payload: JSON.stringify('x'.repeat(1_048_575)), InvocationType: 'Event' },
    'RequestEntityTooLargeException',
    '1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)',
  ],
  ['an unknown invocation type', { InvocationType: 'Later' }, 'ValidationException', "at 'invocationType'"],
])('%s is refused', async (_what, input, name, message) => {
  cloud = await lambdaCloud([fn('f', 'return 1')])
  await expect(cloud.call('Invoke', { FunctionName: 'f', ...input })).rejects.toMatchObject({
    name,
    message: expect.stringContaining(message) as string,
  })
})

test('beyond its reserved concurrency a function is throttled', async () => {
  cloud = await lambdaCloud([
    fn('f', 'await new Promise((done) => setTimeout(done, 100))', { ReservedConcurrentExecutions: 1 }),
  ])
  const first = cloud.invoke('f')
  await expect(cloud.invoke('f')).rejects.toMatchObject({
    name: 'TooManyRequestsException',
    status: 429,
    members: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
  })
  expect(await first).toMatchObject({ StatusCode: 200 })
  expect(cloud.context.metrics.filter((each) => each.name === 'Throttles')).toHaveLength(1)
})
