import type { Clock } from '../../../aws/clock.ts'
import type { CloudContext } from '../../../aws/context.ts'
import { AwsError } from '../../../aws/error.ts'
import type { Service } from '../../../aws/service.ts'
import { testContext, type TestContext } from '../../../testing/context.ts'
import {
  createResolver,
  type AwsHttp,
  type DataSourceSpec,
  type FieldCall,
  type FieldOutcome,
  type HttpRequest,
  type HttpResponse,
  type ResolverSpec,
} from '../../resolver.ts'

/** What a stand-in service answers to an action; an AwsError is thrown. */
export type Answers = (action: string, input: Record<string, unknown>) => object | undefined

export interface Bench {
  readonly context: TestContext
  /** Inputs of the calls made to services, oldest first. */
  calls: () => { service: string; action: string; input: unknown }[]
  /** HTTP requests made, oldest first. */
  readonly requests: HttpRequest[]
  resolver: (spec: Partial<ResolverSpec>) => (call?: Partial<FieldCall>) => Promise<FieldOutcome>
  /** Resolves a field by a unit resolver with this code. */
  unit: (source: string, call?: Partial<FieldCall>, dataSource?: string) => Promise<FieldOutcome>
  /** Evaluates an expression of resolver code: the answer of a response handler. */
  evaluate: (expression: string, call?: Partial<FieldCall>) => Promise<FieldOutcome>
}

const place = 'Query.thing'
export const role = 'arn:aws:iam::000000000000:role/source'

const sources: DataSourceSpec[] = [
  { name: 'none', type: 'NONE' },
  ...['things', 'others', 'sorted'].map((tableName): DataSourceSpec => ({
    name: tableName,
    type: 'AMAZON_DYNAMODB',
    serviceRoleArn: role,
    tableName,
  })),
  {
    name: 'function',
    type: 'AWS_LAMBDA',
    serviceRoleArn: role,
    functionArn: 'arn:aws:lambda:us-east-1:0:function:f',
  },
  { name: 'http', type: 'HTTP', endpoint: 'https://api.example.com' },
  {
    name: 'signed',
    type: 'HTTP',
    serviceRoleArn: role,
    endpoint: 'https://api.example.com/',
    signing: { region: 'eu-west-1', service: 'execute-api' },
  },
  {
    name: 'aws',
    type: 'HTTP',
    serviceRoleArn: role,
    endpoint: 'https://states.us-east-1.amazonaws.com/',
    signing: { region: 'us-east-1', service: 'states' },
  },
]

/** A resolver, by default a unit one on the NONE source, in a given cloud. */
export function resolverIn(
  context: CloudContext,
  spec: Partial<ResolverSpec>,
  http: AwsHttp = () => Promise.reject(new Error('There is no network.')),
): (call?: Partial<FieldCall>) => Promise<FieldOutcome> {
  const dataSources = new Map(sources.map((source) => [source.name, source]))
  const whole: ResolverSpec = { place, kind: 'UNIT', dataSource: 'none', code: passOn, ...spec }
  const resolve = createResolver(whole, dataSources, context, http)
  return (call) => resolve({ ...plainCall, ...call })
}

/** A service whose actions all answer as told. */
function standIn(name: string, actions: readonly string[], answers: Answers): Service {
  const action = (each: string): Service['actions'][string] => ({
    permissions: () => [],
    run: (input) => {
      const answer = answers(each, input)
      if (answer instanceof AwsError) throw answer
      return answer ?? {}
    },
  })
  const entries = actions.map((each) => [each, action(each)])
  return {
    name,
    actions: Object.fromEntries(entries) as Service['actions'],
    resourceTypes: {},
    deploy: () => Promise.resolve(),
  }
}

const tableActions = [
  ...['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan'],
  ...['BatchGetItem', 'BatchWriteItem', 'TransactGetItems', 'TransactWriteItems'],
]

export function bench(
  options: {
    dynamodb?: Answers
    lambda?: Answers
    http?: () => HttpResponse
    data?: string
    clock?: Clock
  } = {},
): Bench {
  const nothing: Answers = () => ({})
  const services = [
    standIn('dynamodb', tableActions, options.dynamodb ?? nothing),
    standIn('lambda', ['Invoke'], options.lambda ?? nothing),
  ]
  const context = testContext({
    services: () => services,
    ...(options.data && { data: options.data }),
    ...(options.clock && { clock: options.clock }),
  })
  const requests: HttpRequest[] = []
  const http: AwsHttp = (request) => {
    requests.push(request)
    return Promise.resolve(options.http?.() ?? { statusCode: 200, headers: {}, body: '' })
  }

  const made: Bench = {
    context,
    requests,
    calls: () => context.activities.map(({ service, what, input }) => ({ service, action: what, input })),
    resolver: (spec) => resolverIn(context, spec, http),
    unit: (source, call, dataSource = 'none') =>
      made.resolver({ code: { name: 'thing.js', source }, dataSource })(call),
    evaluate: (expression, call) =>
      made.unit(`${imports}\n${emptyRequest}\nexport const response = (ctx) => (${expression})`, call),
  }
  return made
}

const imports =
  "import { util } from '@aws-appsync/utils'\nimport * as ddb from '@aws-appsync/utils/dynamodb'"
const emptyRequest = 'export function request() { return {} }'

/** Code of a resolver that hands on what it is given. */
export const passOn = {
  name: 'pass-on.js',
  source:
    'export function request(ctx) { return {} }\nexport function response(ctx) { return ctx.prev.result }',
}

const plainCall: FieldCall = {
  arguments: {},
  source: null,
  identity: null,
  authType: 'API Key Authorization',
  requestId: 'request',
  request: { headers: {}, domainName: null },
  info: {
    fieldName: 'thing',
    parentTypeName: 'Query',
    variables: {},
    selectionSetList: ['id'],
    selectionSetGraphQL: '{\n  id\n}',
  },
  outputType: 'Thing',
  env: {},
}
