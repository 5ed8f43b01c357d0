import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { fakeClock } from '../testing/clock.ts'
import { fn, fnOf, functionArnOf, lambdaCloud, resource, until, type LambdaCloud } from './testing/cloud.ts'

let cloud: LambdaCloud | undefined
afterEach(() => cloud?.end())

test('a function sees only what Lambda sets and what the template sets', async () => {
  const Environment = { Variables: { TABLE: 'things' } }
  cloud = await lambdaCloud([fn('f', 'return process.env', { Environment, MemorySize: 256 })])
  const env = (await cloud.result('f')) as Record<string, string>
  expect(Object.keys(env).sort()).toEqual([
    ...['AWS_ACCESS_KEY_ID', 'AWS_DEFAULT_REGION', 'AWS_ENDPOINT_URL', 'AWS_EXECUTION_ENV'],
    ...['AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_VERSION'],
    ...['AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_FORMAT', 'AWS_LAMBDA_LOG_GROUP_NAME'],
    ...['AWS_LAMBDA_LOG_STREAM_NAME', 'AWS_REGION', 'AWS_SECRET_ACCESS_KEY', 'AWS_XRAY_CONTEXT_MISSING'],
    ...['AWS_XRAY_DAEMON_ADDRESS', 'LAMBDA_RUNTIME_DIR', 'LAMBDA_TASK_ROOT', 'LANG', 'PATH', 'TABLE', 'TZ'],
    ...['_HANDLER', '_X_AMZN_TRACE_ID'],
  ])
  expect(env).toMatchObject({
    AWS_ACCESS_KEY_ID: 'key of arn:aws:iam::000000000000:role/things',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    TABLE: 'things',
  })
})

test('the context tells the invocation', async () => {
  cloud = await lambdaCloud([
    fn('f', 'return { ...context, left: context.getRemainingTimeInMillis() }', {
      Timeout: 5,
      MemorySize: 256,
    }),
  ])
  const context = (await cloud.result('f')) as { left: number }
  expect(context).toMatchObject({
    functionName: 'f',
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArnOf('f'),
    memoryLimitInMB: '256',
    awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    logGroupName: '/aws/lambda/f',
    logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/) as string,
    callbackWaitsForEmptyEventLoop: true,
  })
  expect(context.left).toBeGreaterThan(0)
  expect(context.left).toBeLessThanOrEqual(5000)
})

test.each([
  ['a promise', 'nodejs24.x', 'exports.handler = () => Promise.resolve(1)', 1],
  ['what it returns', 'nodejs24.x', 'exports.handler = () => 1', 1],
  ['nothing', 'nodejs24.x', 'exports.handler = async () => undefined', null],
  [
    'a callback before Node.js 24',
    'nodejs22.x',
    'exports.handler = (event, context, done) => setTimeout(() => done(null, 1))',
    1,
  ],
  ['what it returns, which counts from Node.js 24 on only', 'nodejs22.x', 'exports.handler = () => 1', null],
])('a handler may answer by %s', async (_what, Runtime, source, expected) => {
  cloud = await lambdaCloud([fnOf('f', source, { Runtime })])
  expect(await cloud.result('f')).toEqual(expected)
})

test('a sandbox stays warm and runs one invocation at a time', async () => {
  const source = `let count = 0, now = 0, most = 0
    exports.handler = async () => {
      most = Math.max(most, ++now); await new Promise((done) => setTimeout(done, 5)); now--
      return [++count, most] }`
  cloud = await lambdaCloud([fnOf('f', source)])
  expect([await cloud.result('f'), await cloud.result('f')]).toEqual([
    [1, 1],
    [2, 1],
  ])
  const { result } = cloud
  const both = (await Promise.all([1, 2, 3, 4].map(() => result('f')))) as [number, number][]
  expect(both.map(([, most]) => most)).toEqual([1, 1, 1, 1])
})

test('callers that wait while the function itself waits get more sandboxes', async () => {
  // Longer than callers wait on a machine that is busy with other things.
  const { invoke } = (cloud = await lambdaCloud([
    fn('f', 'await new Promise((done) => setTimeout(done, 2500))', { Timeout: 10 }),
  ]))
  await Promise.all(Array.from({ length: 5 }, () => invoke('f')))
  const streams = new Set(cloud.context.logs.map(({ stream }) => stream))
  expect(streams.size).toBeGreaterThan(2)
})

test('a sandbox that idles ends, and the next invocation starts cold', async () => {
  const clock = fakeClock()
  const source = 'let count = 0; exports.handler = async () => ++count'
  cloud = await lambdaCloud([fnOf('f', source)], { clock })
  expect([await cloud.result('f'), await cloud.result('f')]).toEqual([1, 2])
  await clock.advance(6 * 60_000)
  expect(await cloud.result('f')).toBe(1)
})

function asset(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'asset-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

test('an asset may hold ES modules, CommonJS and handlers in folders', async () => {
  const folder = asset({
    'index.mjs': 'import { n } from "./lib/n.mjs"; export const handler = async () => n',
    'lib/n.mjs': 'export const n = await Promise.resolve(7)',
    'old/main.js': 'exports.api = { run: async () => process.cwd() }',
  })
  const Code = { S3Bucket: 'assets', S3Key: 'a.zip' }
  const assets = { 'a.zip': folder }
  cloud = await lambdaCloud([fn('esm', '', { Code }), fn('cjs', '', { Code, Handler: 'old/main.api.run' })], {
    assets,
  })
  expect([await cloud.result('esm'), await cloud.result('cjs')]).toEqual([7, folder])
})

test('the AWS SDK need not be in the asset, as on Lambda', async () => {
  const folder = asset({
    'module.mjs':
      'import { SQSClient } from "@aws-sdk/client-sqs"; export const handler = async () => SQSClient.name',
    'script.js':
      'const { SQSClient } = require("@aws-sdk/client-sqs"); exports.handler = async () => SQSClient.name',
  })
  const Code = { S3Bucket: 'assets', S3Key: 'a.zip' }
  const names = ['module', 'script']
  cloud = await lambdaCloud(
    names.map((name) => fn(name, '', { Code, Handler: `${name}.handler` })),
    { assets: { 'a.zip': folder } },
  )
  expect([await cloud.result('module'), await cloud.result('script')]).toEqual(['SQSClient', 'SQSClient'])
})

test('nothing above an asset counts: no package.json and no node_modules', async () => {
  const folder = asset({
    'package.json': '{"type":"module"}',
    'node_modules/left-out/index.js': 'export default 1',
    'node_modules/@aws-sdk/given/package.json': '{"type":"module","exports":"./index.js"}',
    'node_modules/@aws-sdk/given/index.js': 'export const given = 2',
    'task/index.js': 'const { one } = require("./one"); exports.handler = async () => one',
    'task/one.js': 'exports.one = 1',
    'task/sdk.mjs': 'import { given } from "@aws-sdk/given"; export const handler = async () => given',
    'task/lost.mjs': 'import "left-out"; export const handler = async () => 1',
  })
  const Code = { S3Key: 'a.zip' }
  const names = ['index', 'sdk', 'lost']
  const functions = names.map((name) => fn(name, '', { Code, Handler: `${name}.handler` }))
  cloud = await lambdaCloud(functions, { assets: { 'a.zip': join(folder, 'task') } })
  expect([await cloud.result('index'), await cloud.result('sdk')]).toEqual([1, 2])
  expect(await cloud.result('lost')).toMatchObject({
    errorType: 'Error',
    errorMessage: `Cannot find package 'left-out' imported from ${join(folder, 'task/lost.mjs')}`,
  })
})

test('a new deployment takes effect after what runs now', async () => {
  const { lambda, result, call } = (cloud = await lambdaCloud([
    fn('f', 'await new Promise((done) => setTimeout(done, 100)); return "old"'),
  ]))
  const running = result('f')
  await until(() => cloud?.context.logs.some(({ message }) => message.startsWith('START')) === true)
  await lambda.deploy([fn('f', 'return process.env.WORD', { Environment: { Variables: { WORD: 'new' } } })])
  expect(await result('f')).toBe('new')
  expect(await running).toBe('old')
  await lambda.deploy([])
  await expect(call('Invoke', { FunctionName: 'f' })).rejects.toThrow('Function not found')
})

test('versions and aliases name the function they stand for', async () => {
  cloud = await lambdaCloud([
    fn('f', 'return [context.functionVersion, context.invokedFunctionArn]'),
    resource('Version', 'V', { FunctionName: 'f' }, `${functionArnOf('f')}:1`),
    resource(
      'Alias',
      'A',
      { FunctionName: 'f', FunctionVersion: '1', Name: 'live' },
      `${functionArnOf('f')}:live`,
    ),
  ])
  const answer = await cloud.invoke(`${functionArnOf('f')}:live`)
  expect([answer.ExecutedVersion, answer.Payload]).toEqual([
    '1',
    JSON.stringify(['1', `${functionArnOf('f')}:live`]),
  ])
  expect(await cloud.result('000000000000:function:f:1')).toEqual(['1', `${functionArnOf('f')}:1`])
  expect(await cloud.call('ListAliases', { FunctionName: 'f' })).toMatchObject({
    Aliases: [{ Name: 'live', FunctionVersion: '1' }],
  })
})

test.each([
  [{ Runtime: 'python3.13' }, 'Runtime python3.13 is not supported here'],
  [{ Layers: ['x'] }, 'Layers is not supported here'],
  [{ Code: { ImageUri: 'x' } }, 'ImageUri is not supported here'],
  [{ Code: { S3Key: 'none.zip' } }, 'the assembly has no asset none.zip'],
  [{ Timeout: 901 }, 'Timeout must be from 1 to 900, not 901'],
  [{ Environment: { Variables: { AWS_REGION: 'x' } } }, 'Reserved keys used in this request: AWS_REGION'],
  [{ Environment: { Variables: { A: 'x'.repeat(4096) } } }, 'exceeded the 4KB limit'],
])('a function with %j is refused by name', async (properties, reason) => {
  cloud = await lambdaCloud([])
  await expect(cloud.lambda.deploy([fn('f', '', properties)])).rejects.toThrow(reason)
})

test('who waits for a sandbox gets none whose thread is being ended for taking too long', async () => {
  cloud = await lambdaCloud([fn('f', 'if (event.hang) for (;;); return "fine"', { Timeout: 1 })])
  const { invoke } = cloud
  const hanging = [1, 2].map(() => invoke('f', { hang: true }))
  const waiting = await Promise.all([1, 2, 3].map(() => invoke('f')))
  expect(waiting.map(({ Payload }) => Payload)).toEqual(['"fine"', '"fine"', '"fine"'])
  for (const { FunctionError } of await Promise.all(hanging)) expect(FunctionError).toBe('Unhandled')
})
