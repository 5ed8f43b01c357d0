import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DescribeLogGroupsCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { GetExecutionHistoryCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHotReload, type Reload } from '../start/hot-reload.ts'
import { createSynthesizer } from '../start/synthesize.ts'
import { pausePayments, resumePayments } from './harness/payments.ts'
import { openShop, type Shop } from './harness/shop.ts'

const root = dirname(import.meta.dirname)
const parts = [
  'functions',
  'infra',
  'model',
  'resolvers',
  'start',
  'package.json',
  'schema.graphql',
  'tsconfig.json',
]

describe('hot reload', () => {
  let sources: string
  let shop: Shop
  let hotReload: ReturnType<typeof startHotReload>
  const reloads: Reload[] = []
  let told: () => void = () => undefined

  beforeAll(async () => {
    sources = mkdtempSync(join(tmpdir(), 'sources-'))
    for (const part of parts) cpSync(join(root, part), join(sources, part), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(sources, 'node_modules'))
    const assembly = join(sources, 'cdk.out')
    const first = createSynthesizer(sources)
    await first.synthesize(assembly)
    first.stop()
    shop = await openShop({}, assembly)
    const onReload = (reload: Reload): void => {
      reloads.push(reload)
      told()
    }
    hotReload = startHotReload({ sources, assembly, cloud: shop.cloud, onReload })
  })
  afterAll(async () => {
    await hotReload.stop()
    await shop.stop()
    rmSync(sources, { recursive: true, force: true })
  })

  const read = (file: string): string => readFileSync(join(sources, file), 'utf8')
  const next = async (): Promise<Reload> => {
    if (reloads.length === 0) await new Promise<void>((resolve) => (told = resolve))
    return reloads.shift() ?? { files: [], took: 0 }
  }
  /** Saves a file as many editors do, by moving a new one into its place; answers what became of it. */
  function save(file: string, text: string): Promise<Reload> {
    writeFileSync(join(sources, '.saved'), text)
    renameSync(join(sources, '.saved'), join(sources, file))
    return next()
  }
  function edit(file: string, from: string, to: string): Promise<Reload> {
    expect(read(file)).toContain(from)
    return save(file, read(file).replace(from, to))
  }
  const ask = async (query: string): Promise<{ data?: unknown; errors?: { message: string }[] }> => {
    const headers = { 'content-type': 'application/json', 'x-api-key': shop.outputs.ApiKey ?? '' }
    const response = await fetch(shop.outputs.GraphqlUrl ?? '', {
      method: 'POST',
      headers,
      body: JSON.stringify({ query }),
    })
    return (await response.json()) as { data?: unknown; errors?: { message: string }[] }
  }
  const way = async (orderId: string): Promise<string> =>
    (await shop.end(orderId)).map(({ status }) => status).join(' ')
  /** Names of the states an execution went through. */
  async function statesOf(orderId: string): Promise<string[]> {
    const { executions = [] } = await shop.states.send(
      new ListExecutionsCommand({ stateMachineArn: shop.outputs.StateMachineArn ?? '' }),
    )
    const executionArn = executions.find(({ name }) => name === orderId)?.executionArn
    const { events = [] } = await shop.states.send(new GetExecutionHistoryCommand({ executionArn }))
    return events.flatMap(({ stateEnteredEventDetails: entered }) => (entered?.name ? [entered.name] : []))
  }

  it('brings in a resolver each time it is saved, and keeps the data', async () => {
    const { id } = await shop.order()
    const query = `{ order(id: "${id}") { id currency } }`
    const total = 'ctx.result ? orderView(ctx.result) : null'
    expect(
      await edit(
        'resolvers/Query.order.ts',
        total,
        'ctx.result ? { ...orderView(ctx.result), currency: "EUR" } : null',
      ),
    ).toEqual({
      files: ['resolvers/Query.order.ts'],
      took: expect.any(Number) as number,
    })
    expect(await ask(query)).toEqual({ data: { order: { id, currency: 'EUR' } } })
    await edit('resolvers/Query.order.ts', '"EUR"', '"CHF"')
    expect(await ask(query)).toEqual({ data: { order: { id, currency: 'CHF' } } })
    expect(await way(id)).toBe('NEW PAID RESERVED COMPLETED')
  })

  it('keeps no code that nothing runs any more', () => {
    const manifest = read('cdk.out/OrderSystem.assets.json')
    const assets = readdirSync(join(sources, 'cdk.out')).filter((file) => file.startsWith('asset.'))
    expect(assets.filter((file) => !manifest.includes(file))).toEqual([])
    expect(assets).not.toEqual([])
  })

  it('makes of saved sources what a new synthesis makes of them', async () => {
    const anew = createSynthesizer(sources)
    await anew.synthesize(join(sources, 'anew'))
    anew.stop()
    for (const file of ['OrderSystem.template.json', 'OrderSystem.assets.json', 'manifest.json'])
      expect(read(`cdk.out/${file}`)).toBe(read(`anew/${file}`))
  })

  it('brings in a function', async () => {
    appendFileSync(
      join(sources, 'functions/steps/send-notification.ts'),
      "console.log('the second version')\n",
    )
    expect(await next()).toMatchObject({ files: ['functions/steps/send-notification.ts'] })
    const { id } = await shop.order()
    expect(await way(id)).toBe('NEW PAID RESERVED COMPLETED')
    const { logGroups: [group] = [] } = await shop.logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: 'OrderSystem-SendNotificationLogs' }),
    )
    const said = new FilterLogEventsCommand({
      logGroupName: group?.logGroupName,
      filterPattern: '"the second version"',
    })
    expect((await shop.logs.send(said)).events).not.toEqual([])
  })

  it('brings in the schema', async () => {
    await edit(
      'schema.graphql',
      'type Order @aws_api_key @aws_iam {',
      'type Order @aws_api_key @aws_iam {\n  nickname: String',
    )
    const { id } = await shop.order()
    expect(await ask(`{ order(id: "${id}") { nickname } }`)).toEqual({ data: { order: { nickname: null } } })
    await way(id)
  })

  it('lets a running execution finish on the definition it began with', async () => {
    await pausePayments(shop)
    const before = await shop.order()
    expect(await edit('infra/saga.ts', "'SendNotification'", "'TellCustomer'")).not.toHaveProperty('trouble')
    const after = await shop.order()
    await resumePayments(shop)
    expect([await way(before.id), await way(after.id)]).toEqual(Array(2).fill('NEW PAID RESERVED COMPLETED'))
    expect(await statesOf(before.id)).toContain('SendNotification')
    expect(await statesOf(after.id)).toContain('TellCustomer')
  })

  it.each([
    [
      'resolvers/Query.orders.ts',
      'export function more() { for (;;) {} }\n',
      /resolvers\/Query\.orders\.ts:\d+/,
    ],
    ['functions/steps/begin-undo.ts', 'const = 1\n', /functions\/steps\/begin-undo\.ts:\d+:6: ERROR: /],
    ['schema.graphql', 'type Broken { a: Nope }\n', /^schema\.graphql:\d+:18: Unknown type "Nope"/],
    ['infra/saga.ts', 'const = 1\n', /^infra\/saga\.ts:\d+: /],
    ['infra/saga.ts', "throw new Error('on purpose')\n", /^infra\/saga\.ts:\d+:\d+: on purpose/],
  ])('keeps the last good version running while %s says %j', async (file, broken, trouble) => {
    const good = read(file)
    const bad = await save(file, good + broken)
    expect(bad.trouble).toMatch(trouble)
    expect(bad.files).toEqual([file])
    const { id } = await shop.order()
    expect(await way(id)).toBe('NEW PAID RESERVED COMPLETED')
    expect(await save(file, good)).not.toHaveProperty('trouble')
  })

  it('takes back what was deployed already when a later service refuses', async () => {
    const good = read('schema.graphql')
    appendFileSync(join(sources, 'functions/steps/process-payment.ts'), "throw new Error('must not run')\n")
    expect((await save('schema.graphql', good + 'type Broken { a: Nope }\n')).trouble).toMatch(/Unknown type/)
    const { id } = await shop.order()
    expect(await way(id)).toBe('NEW PAID RESERVED COMPLETED')
  })

  it('leaves every invariant as it was', () => shop.assertInvariants())
})
