import type { Resource } from '../../aws/resource.ts'
import type { CloudContext } from '../../aws/context.ts'
import { apiKeySource } from '../apiKeys.ts'
import { appSyncResourceTypes } from '../resourceTypes.ts'

type Properties = Record<string, unknown>

/** A small API: what a test says of it. Code that is one string belongs to a unit resolver on the NONE source. */
export interface SmallApi {
  readonly schema: string
  readonly resolvers?: Readonly<Record<string, string | SmallResolver>>
  /** Properties of the GraphQLApi resource beyond its name. */
  readonly api?: Properties
  readonly key?: Properties
  /** By name; `none` is there always. */
  readonly dataSources?: Readonly<Record<string, Properties>>
  /** Further resources by logical id. */
  readonly more?: Readonly<Record<string, { type: string; properties: Properties }>>
}

export interface SmallResolver {
  readonly code: string
  readonly dataSource?: string
  readonly maxBatchSize?: number
  /** With functions it is a pipeline resolver. */
  readonly functions?: readonly { name: string; code: string; dataSource?: string }[]
}

const runtime = { Name: 'APPSYNC_JS', RuntimeVersion: '1.0.0' }

/** A unit resolver's code whose field is the value of an expression over `ctx`. */
export const answering = (expression: string): string =>
  `import { util, runtime, extensions } from '@aws-appsync/utils'
export function request(ctx) { return {} }
export function response(ctx) { return ${expression} }`

/** What `calling` answers. */
export interface CallOutcome {
  readonly result: Record<string, unknown> | null
  readonly error: { readonly type: string; readonly message: string } | null
}

/** A unit resolver on a source; its value tells what became of the request, error included. */
export const calling = (dataSource: string, request: string): SmallResolver => ({
  dataSource,
  code: `import { util } from '@aws-appsync/utils'
    import * as ddb from '@aws-appsync/utils/dynamodb'
    export function request(ctx) { return ${request} }
    export function response(ctx) { return { result: ctx.result ?? null, error: ctx.error ?? null } }`,
})

/** The resources of a template with this API, named as the loader would name them. */
export function smallTemplate(api: SmallApi, context: Pick<CloudContext, 'place' | 'data'>): Resource[] {
  const types = appSyncResourceTypes(apiKeySource(context.data))
  const resources: Resource[] = []
  const add = (logicalId: string, type: string, properties: Properties): Resource => {
    const identity = types[type]?.identify(
      { stack: 'Small', logicalId, property: (name) => properties[name] },
      context.place,
    )
    const resource = {
      ref: logicalId,
      attributes: {},
      ...identity,
      stack: 'Small',
      logicalId,
      type,
      properties,
    }
    resources.push(resource)
    return resource
  }
  const { ApiId } = add('Api', 'AWS::AppSync::GraphQLApi', {
    Name: 'small',
    AuthenticationType: 'API_KEY',
    ...api.api,
  }).attributes
  add('Schema', 'AWS::AppSync::GraphQLSchema', { ApiId, Definition: api.schema })
  add('Key', 'AWS::AppSync::ApiKey', { ApiId, ...api.key })
  for (const [Name, properties] of Object.entries({ none: { Type: 'NONE' }, ...api.dataSources }))
    add(`Source${Name}`, 'AWS::AppSync::DataSource', { ApiId, Name, ...properties })
  for (const [place, each] of Object.entries(api.resolvers ?? {})) {
    const resolver = typeof each === 'string' ? { code: each } : each
    const [TypeName, FieldName] = place.split('.')
    const functions = resolver.functions?.map(
      ({ name, code, dataSource }) =>
        add(`Function${name}`, 'AWS::AppSync::FunctionConfiguration', {
          ApiId,
          Name: name,
          DataSourceName: dataSource ?? 'none',
          Code: code,
          Runtime: runtime,
        }).attributes.FunctionId,
    )
    const own = functions
      ? { Kind: 'PIPELINE', PipelineConfig: { Functions: functions } }
      : {
          Kind: 'UNIT',
          DataSourceName: resolver.dataSource ?? 'none',
          ...(resolver.maxBatchSize === undefined ? {} : { MaxBatchSize: resolver.maxBatchSize }),
        }
    add(`Resolver${place}`, 'AWS::AppSync::Resolver', {
      ApiId,
      TypeName,
      FieldName,
      Code: resolver.code,
      Runtime: runtime,
      ...own,
    })
  }
  for (const [logicalId, { type, properties }] of Object.entries(api.more ?? {}))
    add(logicalId, type, properties)
  return resources
}
