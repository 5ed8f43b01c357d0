import { readFileSync } from 'node:fs'
import type { CloudContext } from '../aws/context.ts'
import type { Resource } from '../aws/resource.ts'
import type { Api, ApiKey } from './api.ts'
import { dataSourceSpec } from './dataSource.ts'
import type { AppSyncOptions } from './index.ts'
import { apiSettings } from './settings.ts'
import { assetFile } from './assetFile.ts'
import { optionalText, requiredText } from './properties.ts'
import { createResolver, type FieldResolver } from './resolver.ts'
import { pipelineFunction, resolverSpec } from './resolverSpec.ts'
import {
  apiType,
  dataSourceType,
  functionType,
  keyType,
  resolverType,
  schemaType,
  unsupportedTypes,
} from './resourceTypes.ts'
import { fieldAccess } from './schema/access.ts'
import { buildAppSyncSchema, subscribersByMutation } from './schema/build.ts'

/** Days an API key lives when the template does not say. */
const daysOfKey = 7
const mostDaysOfKey = 365
/** API keys an API may have. */
const mostKeys = 50

/**
 * Compiles the AppSync resources of a template to the API they describe; undefined when there is none. Throws an
 * Error that names the resource, and for code file and line, for what AppSync would refuse to deploy.
 */
export function compileApi(
  resources: readonly Resource[],
  context: CloudContext,
  { http, mayAssume }: Pick<AppSyncOptions, 'http' | 'mayAssume'>,
): Api | undefined {
  const ofType = (type: string): Resource[] => resources.filter((each) => each.type === type)
  for (const { type, stack, logicalId } of resources) {
    const why = unsupportedTypes[type]
    if (why !== undefined) throw new Error(`${stack}/${logicalId} (${type}): ${why}`)
  }
  const [api, second] = ofType(apiType)
  if (second)
    throw new Error(
      `${second.stack}/${second.logicalId}: a second GraphQL API in one assembly is not supported`,
    )
  if (!api) return undefined
  const schemaResource = ofType(schemaType)[0]
  if (!schemaResource) throw new Error(`${api.stack}/${api.logicalId}: the API has no schema`)

  const keys = ofType(keyType)
  const excess = keys[mostKeys]
  if (excess) throw new Error(`${name(excess)}: an API has ${mostKeys} API keys at most`)
  const settings = apiSettings(api)
  const schema = buildSchema(schemaResource, context)
  const sources = new Map(
    ofType(dataSourceType).map((each) => [
      requiredText(each, 'Name'),
      dataSourceSpec(each, context.place.region),
    ]),
  )
  for (const { name: source, serviceRoleArn: role } of sources.values())
    if (role !== undefined) assumable(mayAssume, `${api.stack}/${api.logicalId}: ${source}`, role, api.ref)
  const functions = new Map(
    ofType(functionType).map((each) => [
      each.attributes.FunctionId ?? '',
      pipelineFunction(each, sources, context),
    ]),
  )
  const resolvers = new Map<string, FieldResolver>()
  for (const each of ofType(resolverType)) {
    const spec = resolverSpec(each, functions, sources, context)
    const [type = '', field = ''] = spec.place.split('.')
    const declared = schema.getType(type)
    if (!declared || !('getFields' in declared) || !Object.hasOwn(declared.getFields(), field))
      throw new Error(`${name(each)}: No field named ${field} found on type ${type}`)
    if (resolvers.has(spec.place))
      throw new Error(`${name(each)}: Only one resolver is allowed per field: ${spec.place}`)
    resolvers.set(spec.place, createResolver(spec, sources, context, http))
  }
  return {
    id: api.attributes.ApiId ?? '',
    arn: api.ref,
    place: context.place,
    ...settings,
    keys: keys.map((each) => apiKey(each, context)),
    schema,
    access: fieldAccess(schema, settings.authModes[0] ?? 'API_KEY'),
    resolvers,
    subscribers: subscribersByMutation(schema),
  }
}

const name = ({ stack, logicalId }: Resource): string => `${stack}/${logicalId}`

function assumable(mayAssume: AppSyncOptions['mayAssume'], source: string, role: string, api: string): void {
  try {
    mayAssume?.(role, 'appsync.amazonaws.com', api)
  } catch (cause) {
    throw new Error(
      `${source}: the data source's role ${role} does not let appsync.amazonaws.com assume it`,
      {
        cause,
      },
    )
  }
}

function buildSchema(resource: Resource, context: CloudContext): Api['schema'] {
  const inline = optionalText(resource, 'Definition')
  if (inline !== undefined) return buildAppSyncSchema(name(resource), inline)
  const file = assetFile(resource, requiredText(resource, 'DefinitionS3Location'), context)
  return buildAppSyncSchema(file, readFileSync(file, 'utf8'))
}

function apiKey(resource: Resource, context: CloudContext): ApiKey {
  const expires = resource.properties.Expires
  const seconds = expires === undefined ? context.clock.now() / 1000 + daysOfKey * 86_400 : Number(expires)
  if (!Number.isFinite(seconds)) throw new Error(`${name(resource)}: Expires must be epoch seconds`)
  if (seconds > context.clock.now() / 1000 + mostDaysOfKey * 86_400)
    throw new Error(`${name(resource)}: Expires: an API key may be valid for ${mostDaysOfKey} days at most`)
  // AppSync keeps the hour in which a key ends, rounded down.
  return { key: resource.attributes.ApiKey ?? '', expires: Math.floor(seconds / 3600) * 3_600_000 }
}
