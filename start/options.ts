import { parseArgs } from 'node:util'

export interface StartOptions {
  /** Port of the GraphQL API. */
  readonly port: number
  /** Port of all other AWS services. */
  readonly awsPort: number
  /** Data folder. */
  readonly data: string
  readonly reset: boolean
  /** Values for the stack's parameters. */
  readonly parameters: Readonly<Record<string, string>>
  /** Another DynamoDB to use instead of the one that comes along. */
  readonly dynamodbEndpoint?: string
  /** What happens is told as lines for people, as JSON, or not at all. */
  readonly lines: 'readable' | 'json' | 'none'
  /** Tell what became of this id instead of starting anything. */
  readonly trace?: string
}

export const usage = `npm start -- [options]

  --port 4000              port of the GraphQL API
  --aws-port 4566          port of the AWS endpoint
  --data .local            folder that keeps everything over a restart
  --reset                  forget what the data folder holds
  --parameter NAME=VALUE   a parameter of the stack; may be given several times
  --dynamodb-endpoint URL  use another DynamoDB, such as DynamoDB Local
  --quiet                  no line for each request and step
  --json                   these lines as JSON
  --trace ID               follow one thing that a cloud on this data folder did or does, by any of
                           its ids (order, execution, message, request) or the end of one
  --help                   this text
`

/** Reads the command line; throws an Error of one line for what it does not understand. */
export function readOptions(args: readonly string[]): StartOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '4000' },
      'aws-port': { type: 'string', default: '4566' },
      data: { type: 'string', default: '.local' },
      reset: { type: 'boolean', default: false },
      parameter: { type: 'string', multiple: true, default: [] },
      'dynamodb-endpoint': { type: 'string' },
      quiet: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      trace: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return 'help'
  const endpoint = values['dynamodb-endpoint']
  if (endpoint !== undefined && !URL.canParse(endpoint))
    throw new Error(`--dynamodb-endpoint ${endpoint}: must be a URL, such as http://localhost:8000.`)
  const port = readPort('--port', values.port)
  const awsPort = readPort('--aws-port', values['aws-port'])
  if (port !== 0 && port === awsPort)
    throw new Error(`--port and --aws-port are both ${port}: each needs a port of its own.`)
  return {
    port,
    awsPort,
    data: values.data,
    reset: values.reset,
    parameters: Object.fromEntries(values.parameter.map(readParameter)),
    ...(endpoint === undefined ? {} : { dynamodbEndpoint: endpoint }),
    ...(values.trace === undefined ? {} : { trace: values.trace }),
    lines: values.quiet ? 'none' : values.json ? 'json' : 'readable',
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
