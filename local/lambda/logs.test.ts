import { afterEach, expect, test } from 'vitest'
import { fn, lambdaCloud, type LambdaCloud } from './testing/cloud.ts'

let cloud: LambdaCloud | undefined
afterEach(() => cloud?.end())

const messages = (): string[] => cloud?.context.logs.map(({ message }) => message) ?? []
const id = '[0-9a-f-]{36}'

test('an invocation is logged as Lambda does, its own lines within', async () => {
  cloud = await lambdaCloud([
    fn(
      'f',
      'console.log("a", { b: 1 }); console.error("two\\nlines"); process.stdout.write("raw\\nmore\\n")',
    ),
  ])
  await cloud.invoke('f')
  const form = [
    `START RequestId: ${id} Version: \\$LATEST`,
    `\\d{4}-.*Z\\t${id}\\tINFO\\ta \\{ b: 1 \\}`,
    `\\d{4}-.*Z\\t${id}\\tERROR\\ttwo\\nlines`,
    'raw',
    'more',
    `END RequestId: ${id}`,
    `REPORT RequestId: ${id}\\tDuration: [\\d.]+ ms\\tBilled Duration: \\d+ ms\\tMemory Size: 128 MB\\tMax Memory Used: \\d+ MB\\tInit Duration: [\\d.]+ ms`,
  ]
  expect(messages()).toEqual(form.map((each) => expect.stringMatching(new RegExp(`^${each}$`)) as string))
  expect(new Set(cloud.context.logs.map(({ group }) => group))).toEqual(new Set(['/aws/lambda/f']))
})

test('a line of one invocation is never taken for another one’s', async () => {
  cloud = await lambdaCloud([
    fn('f', 'for (let line = 0; line < 20; line++) console.log(context.awsRequestId)'),
  ])
  for (let call = 0; call < 20; call++) await cloud.invoke('f')
  let started = ''
  for (const message of messages()) {
    started = /^START RequestId: (\S+)/.exec(message)?.[1] ?? started
    expect(message).toContain(started)
  }
})

test('what is printed before a time-out is kept, and the time-out is told', async () => {
  cloud = await lambdaCloud([fn('f', 'console.log("before"); for (;;);', { Timeout: 1 })])
  await cloud.invoke('f')
  expect(messages().slice(1)).toEqual([
    expect.stringMatching(/before$/),
    expect.stringMatching(new RegExp(`Z ${id} Task timed out after 1.00 seconds$`)),
    expect.stringMatching(/^END/),
    expect.stringMatching(/^REPORT.*\tStatus: timeout$/),
  ])
})

test('an error is logged with its stack', async () => {
  cloud = await lambdaCloud([fn('f', 'throw Object.assign(new Error("bad"), { code: 7 })')])
  await cloud.invoke('f')
  const [, error = ''] = messages()
  expect(error).toMatch(/\tERROR\tInvoke Error \t\{/)
  expect(JSON.parse(error.slice(error.indexOf('{')))).toMatchObject({
    errorType: 'Error',
    errorMessage: 'bad',
    code: 7,
    stack: expect.arrayContaining(['Error: bad']) as string[],
  })
})

test('the JSON format turns every line into an object and drops what is below its level', async () => {
  const LoggingConfig = { LogFormat: 'JSON', LogGroup: 'mine', ApplicationLogLevel: 'WARN' }
  cloud = await lambdaCloud([
    fn('f', 'console.info("no"); console.warn("yes", new TypeError("t"))', { LoggingConfig }),
  ])
  await cloud.invoke('f')
  const parsed = messages().map((message) => JSON.parse(message) as unknown)
  expect(parsed).toMatchObject([
    { type: 'platform.start', record: { version: '$LATEST' } },
    {
      level: 'WARN',
      message: expect.stringMatching(/^yes TypeError: t/) as string,
      errorType: 'TypeError',
      errorMessage: 't',
    },
    { type: 'platform.report', record: { status: 'success', metrics: { memorySizeMB: 128 } } },
  ])
  expect(cloud.context.logs[0]?.group).toBe('mine')
})

test('LogType Tail answers the lines of the invocation', async () => {
  cloud = await lambdaCloud([fn('f', 'console.log("hello")')])
  const { LogResult } = await cloud.invoke('f', {}, { LogType: 'Tail' })
  const tail = Buffer.from(LogResult ?? '', 'base64').toString()
  expect(tail).toMatch(/^START [\s\S]*hello[\s\S]*REPORT /)
})

test('every invocation counts in the metrics AWS publishes', async () => {
  cloud = await lambdaCloud([fn('f', 'if (event.bad) throw new Error("bad")')])
  await cloud.invoke('f')
  await cloud.invoke('f', { bad: true })
  const sum = (name: string): number =>
    cloud?.context.metrics.filter((each) => each.name === name).reduce((all, { value }) => all + value, 0) ??
    0
  expect([sum('Invocations'), sum('Errors')]).toEqual([2, 1])
  expect(sum('Duration')).toBeGreaterThan(0)
})
