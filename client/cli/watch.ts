import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createOrdersClient, OrdersError, type OrdersClient } from '../sdk/index.ts'

const usage = 'npm run watch [-- ORDER-ID] [--outputs .local/outputs.json]'

/** Milliseconds between looks whether the service answers, and how long one answer may take. */
const askEvery = 2_000
const answerWithin = 5_000

/** Follows one order, the newest when none is named, until it is closed. */
async function watch(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      outputs: { type: 'string', default: '.local/outputs.json' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return
  }
  const [named, ...more] = positionals
  if (more.length > 0) throw new TypeError(`One order at a time, not also '${more.join("', '")}'.`)
  const { GraphqlUrl, ApiKey } = readOutputs(values.outputs)
  // With NODE_USE_ENV_PROXY Node asks the proxy for this machine, too, which that cannot reach.
  if (new URL(GraphqlUrl).hostname === '127.0.0.1') process.env.no_proxy = '*'
  const client = createOrdersClient({ endpoint: GraphqlUrl, apiKey: ApiKey })
  const id = named === undefined ? await newest(client) : await existing(client, named)
  console.log(`\n  order ${id}\n`)
  const ended = new AbortController()
  void tellOutages(GraphqlUrl, ended.signal)
  try {
    await follow(client, id)
  } finally {
    ended.abort()
  }
}

async function newest(client: OrdersClient): Promise<string> {
  const [order] = (await client.orders({ limit: 1 })).items
  if (order === undefined) throw new Error('There is no order yet: have one made first.')
  return order.id
}

/** Asks before the watch, which would wait for an answer for as long as it takes. */
async function existing(client: OrdersClient, id: string): Promise<string> {
  if ((await client.order(id)) === null) throw new Error(`There is no order '${id}'`)
  return id
}

async function follow(client: OrdersClient, id: string): Promise<void> {
  let last: number | undefined
  for await (const { at, version, status, failure } of client.watchOrder(id)) {
    const moment = Date.parse(at)
    const after = last === undefined ? '' : `+${moment - last} ms`
    last = moment
    const why = failure === null ? '' : `${failure.code}: ${failure.message}`
    console.log(`  ${at}  ${after.padStart(9)}  ${String(version)}  ${status.padEnd(15)}  ${why}`.trimEnd())
  }
  console.log()
}

/**
 * Says once for each outage that nothing answers, as the watch itself only tries again. It asks as browsers do before
 * they call another origin: that needs no key, is no call of the API and is answered by whatever stands in front.
 */
async function tellOutages(endpoint: string, ended: AbortSignal): Promise<void> {
  for (let answered = true; ;) {
    const signal = AbortSignal.any([ended, AbortSignal.timeout(answerWithin)])
    const answers = await fetch(endpoint, { method: 'OPTIONS', signal })
      .then((answer) => answer.text())
      .then(
        () => true,
        () => false,
      )
    if (ended.aborted) return
    if (answered && !answers) console.error('  no answer, trying again')
    answered = answers
    await pause(askEvery, undefined, { signal: ended }).catch(() => undefined)
  }
}

/** What to do where the message, which is for programs too, does not say it. */
function hint(error: unknown): string {
  if (error instanceof OrdersError && error.type === 'NetworkError') return ': is "npm start" running?'
  if (error instanceof TypeError) return `\n  ${usage}`
  return ''
}

function readOutputs(file: string): { GraphqlUrl: string; ApiKey: string } {
  try {
    const outputs = JSON.parse(readFileSync(file, 'utf8')) as {
      OrderSystem: { GraphqlUrl: string; ApiKey: string }
    }
    return outputs.OrderSystem
  } catch (error) {
    throw new Error(
      `${file} cannot be read (${(error as Error).message}): is "npm start" running, or another --outputs meant?`,
    )
  }
}

try {
  await watch()
} catch (error) {
  console.error(`\n  ${error instanceof Error ? error.message : String(error)}${hint(error)}\n`)
  process.exitCode = 1
}
