import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createOrdersClient, OrdersError } from '../sdk/index.ts'

const usage = 'npm run watch [-- ORDER-ID] [--outputs .local/outputs.json]'

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
  const { GraphqlUrl, ApiKey } = readOutputs(values.outputs)
  const client = createOrdersClient({ endpoint: GraphqlUrl, apiKey: ApiKey })
  const id = positionals[0] ?? (await client.orders({ limit: 1 })).items[0]?.id
  if (id === undefined) throw new Error('There is no order yet: have one made first.')
  console.log(`\n  order ${id}\n`)
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
