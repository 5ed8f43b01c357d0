import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { GetExecutionHistoryCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHotReload, type Reload } from '../start/hot-reload.ts'
import { createSynthesizer } from '../start/synthesize.ts'
import { linesWith } from './harness/logs.ts'
import { pausePayments, resumePayments } from './harness/payments.ts'
import { untilStatus } from './harness/recovery.ts'
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
  const slow: (readonly string[])[] = []
  let told: () => void = () => undefined

  beforeAll(async () => {
    sources = mkdtempSync(join(tmpdir(), 'my sources-'))
    for (const part of parts) cpSync(join(root, part), join(sources, part), { recursive: true })
    mkdirSync(join(sources, 'node_modules'))
    for (const name of readdirSync(join(root, 'node_modules'))) linkPackage(name)
    const assembly = join(sources, 'cdk.out')
    const first = createSynthesizer(sources)
    await first.synthesize(assembly)
    first.stop()
    const cloud = openShop({}, assembly).then((opened) => (shop = opened).cloud)
    const onReload = (reload: Reload): void => {
      reloads.push(reload)
      told()
    }
    hotReload = startHotReload({ sources, assembly, cloud, onSlow: (files) => slow.push(files), onReload })
    appendFileSync(join(sources, 'functions/push-status.ts'), "console.log('saved early')\n")
    await cloud
  })
  afterAll(async () => {
    await hotReload.stop()
    await shop.stop()
    rmSync(sources, { recursive: true, force: true })
  })

  const packageOf = (name: string): string => join(sources, 'node_modules', name)
  const linkPackage = (name: string): void => symlinkSync(join(root, 'node_modules', name), packageOf(name))
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
  /** Lines with `words` in the log of a function. */
  const logged = (name: string, words: string): Promise<string[]> =>
    linesWith(shop, `OrderSystem-${name}Logs`, words)
  /** Every file of an assembly that is deployed, with what it holds. */
  const filesOf = (assembly: string): Record<string, string> =>
    Object.fromEntries(
      readdirSync(join(sources, assembly), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.metadata.json')) // who called the CDK
        .map(({ parentPath, name }) => relative(join(sources, assembly), join(parentPath, name)))
        .map((file) => [file, read(join(assembly, file))]),
    )
  /** Fails unless what runs is what a synthesis makes of the sources as they are now. */
  async function expectAsSynthesized(): Promise<void> {
    const anew = createSynthesizer(sources)
    await anew.synthesize(join(sources, 'anew'))
    anew.stop()
    expect(filesOf('cdk.out')).toEqual(filesOf('anew'))
    rmSync(join(sources, 'anew'), { recursive: true })
  }
  /** Names of the states an execution went through. */
  async function statesOf(orderId: string): Promise<string[]> {
    const { executions = [] } = await shop.states.send(
      new ListExecutionsCommand({ stateMachineArn: shop.outputs.StateMachineArn ?? '' }),
    )
    const executionArn = executions.find(({ name }) => name === orderId)?.executionArn
    const { events = [] } = await shop.states.send(new GetExecutionHistoryCommand({ executionArn }))
    return events.flatMap(({ stateEnteredEventDetails: entered }) => (entered?.name ? [entered.name] : []))
  }

  it('brings in what was saved while the cloud started', async () => {
    expect(await next()).toMatchObject({ files: ['functions/push-status.ts'] })
    const { id } = await shop.order()
    await way(id)
    expect(await logged('PushStatus', 'saved early')).not.toEqual([])
  })

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

  it('brings in a function', async () => {
    appendFileSync(
      join(sources, 'functions/steps/send-notification.ts'),
      "console.log('the second version')\n",
    )
    expect(await next()).toMatchObject({ files: ['functions/steps/send-notification.ts'] })
    const { id } = await shop.order()
    expect(await way(id)).toBe('NEW PAID RESERVED COMPLETED')
    expect(await logged('SendNotification', 'the second version')).not.toEqual([])
  })

  it('leaves a function that just starts the code it was started with', async () => {
    const file = 'functions/steps/update-inventory.ts'
    const good = read(file)
    await save('functions/late.ts', 'export const late = true\n')
    const slow = 'await new Promise((done) => setTimeout(done, 3_000))\n'
    await save(file, `${good}${slow}await import('../late.ts').then(console.log)\n`)
    const { id } = await shop.order()
    await untilStatus(shop, id, 'PAID') // now that function is called
    await save(file, good)
    expect(await way(id)).toBe('NEW PAID RESERVED COMPLETED')
    expect(await logged('UpdateInventory', 'late: true')).not.toEqual([])
  })

  it('needs no CDK for resolvers and functions, and makes of them what a synthesis does', async () => {
    unlinkSync(packageOf('aws-cdk-lib'))
    try {
      for (const file of ['resolvers/errors.ts', 'functions/orders.ts'])
        expect(await save(file, `${read(file)}console.log('more')\n`)).not.toHaveProperty('trouble')
    } finally {
      linkPackage('aws-cdk-lib')
    }
    await expectAsSynthesized()
  })

  it('brings in code that was saved before what it imports', async () => {
    const good = read('resolvers/Query.order.ts')
    const early = await save(
      'resolvers/Query.order.ts',
      `import { currency } from './later.ts'\n${good.replace('"CHF"', 'currency')}`,
    )
    expect(early.trouble).toMatch(
      /^resolvers\/Query\.order\.ts:1:25: ERROR: Could not resolve "\.\/later\.ts"/,
    )
    expect(await save('resolvers/later.ts', "export const currency = 'SEK'\n")).not.toHaveProperty('trouble')
    const { id } = await shop.order()
    expect(await ask(`{ order(id: "${id}") { currency } }`)).toEqual({ data: { order: { currency: 'SEK' } } })
    await way(id)
    await expectAsSynthesized()
  })

  it('tells apart code that was the same for a while', async () => {
    const good = read('functions/steps/begin-undo.ts')
    await save('functions/steps/begin-undo.ts', read('functions/steps/process-payment.ts'))
    await save('functions/steps/begin-undo.ts', good)
    await expectAsSynthesized()
  }, 60_000)

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

  it('says of a reload that takes long that it is under way', async () => {
    slow.length = 0
    await edit('infra/dashboard.ts', "'Payments that wait'", "'Payments in line'")
    expect(slow).toEqual([['infra/dashboard.ts']])
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
      /^the code contains one or more errors\n {2}resolvers\/Query\.orders\.ts:\d+/,
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
