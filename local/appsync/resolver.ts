import type { CloudContext } from '../aws/context.ts'
import type { Principal } from '../aws/principal.ts'
import { checkCode } from './check/check.ts'
import type { DataSource } from './datasources/dataSource.ts'
import { openDataSource } from './datasources/open.ts'
import { pipelineResolver, unitResolver } from './runtime/execute.ts'
import { loadCode, type Handlers } from './runtime/sandbox.ts'

/** What one field of one request hands to its resolver. */
export interface FieldCall {
  /** Of the request that the field belongs to. */
  readonly requestId: string
  readonly arguments: Record<string, unknown>
  readonly source: unknown
  /** Null or undefined under an API key. */
  readonly identity: unknown
  readonly authType: 'API Key Authorization' | 'IAM Authorization'
  readonly request: { headers: Record<string, string | string[]>; domainName: string | null }
  readonly info: {
    fieldName: string
    parentTypeName: string
    variables: Record<string, unknown>
    selectionSetList: string[]
    selectionSetGraphQL: string
  }
  /** The type that the field is of, or has a list of. */
  readonly outputType: string
  readonly env: Record<string, string>
}

/** An entry of `errors` as a resolver makes it; `data` is not yet cut down to the selection set. */
export interface ResolverError {
  readonly message: string
  readonly errorType: string | null
  readonly data: unknown
  readonly errorInfo: unknown
}

/** What a resolver made of a call. */
export interface FieldOutcome {
  /** The field's value; null when the resolver was aborted. */
  readonly value: unknown
  /** Set when the resolver was aborted. */
  readonly error?: ResolverError
  /** From `util.appendError`, in order. */
  readonly appended: readonly ResolverError[]
  readonly responseHeaders: Readonly<Record<string, string>>
  readonly subscriptionFilter?: unknown
  readonly invalidationFilter?: unknown
  readonly invalidations: readonly { subscriptionField: string; payload: unknown }[]
  /** From `console.log` (INFO), `console.error` (ERROR), and the runtime's own warnings (WARN). */
  readonly logs: readonly { level: string; message: string }[]
}

/** Never rejects for what a resolver or its data source does wrong: that is in the outcome. */
export type FieldResolver = (call: FieldCall) => Promise<FieldOutcome>

export interface Code {
  /** For messages: a path or a resource's name. */
  readonly name: string
  readonly source: string
}

export interface PipelineFunction {
  readonly name: string
  readonly code: Code
  readonly dataSource: string
  /** Most payloads of one `BatchInvoke`; 0 leaves it to AppSync. */
  readonly maxBatchSize?: number
}

export interface ResolverSpec {
  /** Such as `Mutation.createThing`. */
  readonly place: string
  readonly kind: 'UNIT' | 'PIPELINE'
  readonly code: Code
  /** UNIT only. */
  readonly dataSource?: string
  /** UNIT only: most payloads of one `BatchInvoke`; 0 leaves it to AppSync. */
  readonly maxBatchSize?: number
  /** PIPELINE only. */
  readonly functions?: readonly PipelineFunction[]
}

export interface DataSourceSpec {
  readonly name: string
  readonly type: 'AMAZON_DYNAMODB' | 'NONE' | 'HTTP' | 'AWS_LAMBDA'
  readonly serviceRoleArn?: string
  readonly tableName?: string
  /** Base URL of an HTTP source. */
  readonly endpoint?: string
  readonly signing?: { region: string; service: string }
  readonly functionArn?: string
}

export interface HttpRequest {
  readonly url: string
  readonly method: string
  readonly headers: Record<string, string>
  readonly body: string
  readonly principal: Principal
  readonly signing?: { region: string; service: string }
}

export interface HttpResponse {
  readonly statusCode: number
  readonly headers: Record<string, string>
  readonly body: string
}

/** The composition serves AWS hosts in-process and others over the network. */
export type AwsHttp = (request: HttpRequest) => Promise<HttpResponse>

/** Throws CodeError, naming file and line, for what AppSync would refuse to deploy. */
export function createResolver(
  spec: ResolverSpec,
  dataSources: ReadonlyMap<string, DataSourceSpec>,
  context: CloudContext,
  http: AwsHttp,
): FieldResolver {
  const open = (name: string | undefined, maxBatchSize = 0): DataSource => {
    const source = dataSources.get(name ?? '')
    if (!source) throw new Error(`${spec.place}: there is no data source '${name}'.`)
    if (maxBatchSize > 0 && source.type !== 'AWS_LAMBDA')
      throw new Error(
        `${spec.place}: MaxBatchSize is for AWS_LAMBDA data sources only, ${name} is of ${source.type}`,
      )
    return openDataSource(source, context, http, maxBatchSize)
  }
  const load = (code: Code): Handlers => loadCode(checkCode(code), () => context.clock.now())
  const handlers = load(spec.code)
  if (spec.kind === 'UNIT')
    return unitResolver({ handlers, source: open(spec.dataSource, spec.maxBatchSize), scope: spec.place })
  const functions = spec.functions ?? []
  return pipelineResolver(
    handlers,
    functions.map(({ name, code, dataSource, maxBatchSize }) => ({
      handlers: load(code),
      source: open(dataSource, maxBatchSize),
      scope: `${spec.place}/${name}`,
    })),
  )
}
