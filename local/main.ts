import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startCloud } from './cloud.ts'

const usage = `node local/main.ts CDK_OUT [options]: runs a synthesized CDK app on this machine

  --port 4000              port of the GraphQL API
  --aws-port 4566          port of the AWS endpoint
  --data .local            folder that keeps everything over a restart
  --reset                  forget what the data folder holds
  --parameter NAME=VALUE   a parameter of the template; may be given several times
  --dynamodb-endpoint URL  use another DynamoDB, such as DynamoDB Local
  --help                   this text
`

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      port: { type: 'string', default: '4000' },
      'aws-port': { type: 'string', default: '4566' },
      data: { type: 'string', default: '.local' },
      reset: { type: 'boolean', default: false },
      parameter: { type: 'string', multiple: true, default: [] },
      'dynamodb-endpoint': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return
  }
  const [assembly, ...more] = positionals
  if (assembly === undefined || more.length > 0)
    throw new Error(`Name one folder of a synthesized app.\n\n${usage}`)
  const data = resolve(values.data)
  const endpoint = values['dynamodb-endpoint']
  const cloud = await startCloud({
    assembly: resolve(assembly),
    data,
    reset: values.reset,
    port: port('--port', values.port),
    awsPort: port('--aws-port', values['aws-port']),
    parameters: Object.fromEntries(values.parameter.map(parameter)),
    ...(endpoint === undefined ? {} : { dynamodbEndpoint: endpoint }),
  })
  const stop = (): void => void cloud.stop().then(() => process.exit(0))
  process.once('SIGINT', stop).once('SIGTERM', stop)
  for (const [stack, outputs] of Object.entries(cloud.outputs))
    for (const [name, value] of Object.entries(outputs)) console.log(`${stack}.${name} = ${value}`)
  console.log(
    `AWS endpoint ${cloud.place.awsEndpoint}; keys and outputs in ${data}/outputs.json; Ctrl-C stops.`,
  )
}

function port(option: string, text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new Error(`${option} ${text}: must be a port, 0 to 65535 (0 takes a free one).`)
}

function parameter(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  throw new Error(`--parameter ${text}: must be NAME=VALUE.`)
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
