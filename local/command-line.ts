import { resolve } from 'node:path'
import type { parseArgs, ParseArgsOptionsConfig } from 'node:util'
import type { CloudOptions } from './cloud.ts'

/** What any command line that starts a cloud takes, for `parseArgs`. */
export const cloudArguments = {
  port: { type: 'string', default: '4000' },
  'aws-port': { type: 'string', default: '4566' },
  data: { type: 'string', default: '.local' },
  reset: { type: 'boolean', default: false },
  parameter: { type: 'string', multiple: true, default: [] },
  'dynamodb-endpoint': { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} satisfies ParseArgsOptionsConfig

/** What they mean, for `--help`. */
export const cloudUsage = `\
  --port 4000              port of the GraphQL API
  --aws-port 4566          port of the AWS endpoint
  --data .local            folder that keeps everything over a restart
  --reset                  forget what the data folder holds
  --parameter NAME=VALUE   a parameter of the stack; may be given several times
  --dynamodb-endpoint URL  use another DynamoDB, such as DynamoDB Local`

/** What `parseArgs` makes of them. */
type Given = ReturnType<typeof parseArgs<{ options: typeof cloudArguments }>>['values']

/** The options of a cloud that a command line decides. */
export type CloudArguments = Required<
  Pick<CloudOptions, 'port' | 'awsPort' | 'data' | 'reset' | 'parameters'>
> &
  Pick<CloudOptions, 'dynamodbEndpoint'>

/** Reads them; throws an Error of one line for a value that cannot be. */
export function readCloudArguments(given: Given): CloudArguments {
  const endpoint = given['dynamodb-endpoint']
  if (endpoint !== undefined && !URL.canParse(endpoint))
    throw new Error(`--dynamodb-endpoint ${endpoint}: must be a URL, such as http://localhost:8000.`)
  const port = readPort('--port', given.port)
  const awsPort = readPort('--aws-port', given['aws-port'])
  if (port !== 0 && port === awsPort)
    throw new Error(`--port and --aws-port are both ${port}: each needs a port of its own.`)
  return {
    port,
    awsPort,
    data: resolve(given.data),
    reset: given.reset,
    parameters: Object.fromEntries(given.parameter.map(readParameter)),
    ...(endpoint === undefined ? {} : { dynamodbEndpoint: endpoint }),
  }
}

function readPort(option: string, text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new Error(`${option} ${text}: must be a port, 0 to 65535 (0 takes a free one).`)
}

function readParameter(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  throw new Error(`--parameter ${text}: must be NAME=VALUE.`)
}
