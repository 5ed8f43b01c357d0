import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { DescribeStateMachineCommand, ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openJournal } from '../local/trace/journal.ts'
import { createWatcher, type Watcher } from '../start/lines.ts'
import { openShop, type Shop } from './harness/shop.ts'

const root = dirname(import.meta.dirname)

/** A watcher on a shop, and the lines it has shown so far. */
function watch(shop: Shop, data: string, lines: 'readable' | 'json' | 'none') {
  let shown = ''
  const watcher: Watcher = createWatcher({
    lines,
    journal: openJournal(data),
    print: (text) => void (shown += text),
  })
  watcher.show()
  const end = shop.cloud.watch((activity) => watcher.see(activity))
  return {
    end(): string[] {
      end()
      watcher.close()
      return shown.trimEnd().split('\n')
    },
  }
}

describe('watching', () => {
  let shop: Shop
  let data: string
  beforeAll(async () => {
    shop = await openShop()
    data = mkdtempSync(join(tmpdir(), 'watching-'))
  })
  afterAll(async () => {
    await shop.assertInvariants()
    await shop.stop()
    rmSync(data, { recursive: true, force: true })
  })

  /** Has orders go their whole way at the same time; answers their ids and the lines that were shown. */
  async function told(
    lines: 'readable' | 'json' | 'none',
    ...inputs: object[]
  ): Promise<[string[], string[]]> {
    const watching = watch(shop, data, lines)
    let running = inputs.length
    const over = new Promise<void>((resolve) => {
      const end = shop.cloud.watch(({ what }) => {
        if (what !== 'ExecutionSucceeded' || --running > 0) return
        end()
        resolve()
      })
    })
    const orders = await Promise.all(inputs.map((input) => shop.order(input)))
    await Promise.all(orders.map(({ id }) => shop.end(id)))
    await over
    return [orders.map(({ id }) => id), watching.end()]
  }
  const trace = (id: string) =>
    promisify(execFile)(process.execPath, ['start/start.ts', '--data', data, '--trace', id], { cwd: root })
  /** Kind and name of each line, without times and ids. */
  const story = (lines: readonly string[]): string[] =>
    lines.map((line) =>
      line
        .slice(42)
        .replaceAll(/ +[\d.]+ ms/g, '')
        .replaceAll(/ {2,}/g, ' '),
    )

  it('tells the way of an order as a story', async () => {
    const [[id = ''], lines] = await told('readable', {})
    const own = lines.filter((line) => line.includes(id) && !line.includes(' notices '))
    expect(own.every((line) => /^\d\d:\d\d:\d\d\.\d{3} {2}/.test(line))).toBe(true)
    expect(lines.filter((line) => !/^.{40} {2}[a-z]/.test(line) && line !== '')).toEqual([])
    expect(story(own)).toEqual(
      expect.arrayContaining([
        'request Mutation.createOrder',
        'step ProcessPayment',
        'message OrderQueue sent',
        'message OrderQueue received',
        'function ProcessPayment',
        'status NEW → PAID pushed to 1 reader',
        'step UpdateInventory',
        'notice Notifications COMPLETED',
        'step execution succeeded',
      ]),
    )
    expect(own.length).toBeLessThanOrEqual(18)
    expect(own.join()).not.toMatch(/GetRecords|DescribeStream|GetItem/)
  })

  it('tells of errors with their code, and never what a customer wrote', async () => {
    const [, lines] = await told('readable', { paymentMethod: 'pm_declined' })
    expect(story(lines)).toContain('step ProcessPayment TaskFailed PaymentDeclined')
    expect(lines.join('\n')).not.toMatch(/ada|example\.com|pm_declined/)
  })

  it('tells of requests that were refused, by either port, and what was asked for', async () => {
    const { GraphqlUrl: url = '', ApiKey: key = '' } = shop.outputs
    const watching = watch(shop, data, 'readable')
    const post = (headers: Record<string, string>, query: string): Promise<Response> =>
      fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) })
    const json = { 'content-type': 'application/json' }
    const refused = await post({ ...json, 'x-api-key': 'da2-wrong' }, '{ orders { nextToken } }')
    await post({ 'content-type': 'text/plain', 'x-api-key': key }, '')
    const queries = [
      '{ orders',
      '{ orders { colour } }',
      'mutation { setStock(sku: "SKU123", available: 1) { sku } }',
    ]
    for (const query of queries) await post({ ...json, 'x-api-key': key }, query)
    const { awsEndpoint: endpoint, region } = shop.cloud.place
    const stranger = new SFNClient({
      endpoint,
      region,
      credentials: { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'x' },
    })
    const listed = await stranger
      .send(new ListStateMachinesCommand({}))
      .catch((error: unknown) => (error as Error).name)
    await fetch(endpoint, { method: 'POST', headers: { 'x-amz-target': 'Nothing.Here' } })
    const lines = watching.end().filter((line) => line.includes(' refused '))
    expect(story(lines)).toEqual([
      'request GraphQL refused UnauthorizedException',
      'request GraphQL refused MalformedHttpRequestException',
      'request GraphQL refused MalformedHttpRequestException',
      'request GraphQL refused FieldUndefined',
      'request GraphQL refused Unauthorized',
      `request states ListStateMachines refused ${listed as string}`,
      'request Nothing Here refused UnknownOperationException',
    ])
    const { stdout } = await trace(refused.headers.get('x-amzn-requestid') ?? '')
    expect(stdout).toContain('UnauthorizedException')
  })

  it('tells it as JSON', async () => {
    const [[id], lines] = await told('json', {})
    const things = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    const request = things.find(({ what, id: about }) => what === 'Mutation.createOrder' && about === id)
    expect(request).toMatchObject({ kind: 'request', took: expect.any(Number) as number, service: 'appsync' })
  })

  it('tells nothing with --quiet, and can be traced all the same', async () => {
    const [[id = ''], lines] = await told('none', {})
    expect(lines).toEqual([''])
    expect((await trace(id)).stdout).toMatch(/step +execution succeeded/)
  })

  it('traces one order by any of its ids, across services, and no other', async () => {
    const ids: { message?: string; request?: string } = {}
    const end = shop.cloud.watch(({ service, what, output, requestId }) => {
      if (what === 'SendMessage') ids.message ??= (output as { MessageId: string }).MessageId
      if (service === 'lambda' && what === 'invoke') ids.request ??= requestId
    })
    const [[id = '', other = '']] = await told('none', {}, {})
    end()
    const { stdout } = await trace(id)
    for (const service of ['appsync', 'states', 'sqs', 'lambda', 'dynamodb', 'sns'])
      expect(stdout).toMatch(new RegExp(` s  ${service} `))
    expect(stdout.match(/Mutation\.createOrder/g)).toHaveLength(1)
    expect(stdout.match(/execution succeeded/g)).toHaveLength(1)
    expect(stdout).not.toMatch(/ada|example\.com/)
    const body = (text: string): string => text.split('\n').slice(3).join('\n')
    expect(body((await trace(id.slice(-8))).stdout)).toBe(body(stdout))
    const either = [stdout, (await trace(other)).stdout].map(body)
    expect(either).toContain(body((await trace(ids.message ?? '')).stdout))
    expect((await trace(ids.request ?? '')).stdout).toMatch(/lambda +function/)
  })

  it('traces one request by the id in the header of its answer', async () => {
    const watching = watch(shop, data, 'none')
    const { $metadata } = await shop.states.send(
      new DescribeStateMachineCommand({ stateMachineArn: shop.outputs.StateMachineArn }),
    )
    watching.end()
    const { stdout } = await trace($metadata.requestId ?? '')
    expect(stdout).toContain('states DescribeStateMachine')
  })

  it('says so in one line when nothing is known of an id', async () => {
    await expect(trace('01J8Z6Y3K4Q5R6S7T8V9W0XAAA')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^\s*Nothing is known of 01J8Z6\w+ in \S+: .*\n\s*$/) as string,
    })
  })
})
