import { readFileSync } from 'node:fs'
import type { CloudContext } from '../aws/context.ts'
import type { Resource } from '../aws/resource.ts'
import { assetFile } from './assetFile.ts'
import { numberWithin, optionalText, record, refuseProperties, requiredText } from './properties.ts'
import type { Code, DataSourceSpec, PipelineFunction, ResolverSpec } from './resolver.ts'

type Sources = ReadonlyMap<string, DataSourceSpec>

/** Functions a pipeline may have. */
const mostFunctions = 10

const name = ({ stack, logicalId }: Resource): string => `${stack}/${logicalId}`

function code(resource: Resource, context: CloudContext): Code {
  const inline = optionalText(resource, 'Code')
  if (inline !== undefined) return { name: name(resource), source: inline }
  const location = optionalText(resource, 'CodeS3Location')
  if (location === undefined)
    throw new Error(
      `${name(resource)}: neither Code nor CodeS3Location; mapping templates (VTL) are not supported`,
    )
  const file = assetFile(resource, location, context)
  return { name: file, source: readFileSync(file, 'utf8') }
}

/** Properties of resolvers and functions that ask for what is not there. */
export const unsupportedInResolvers: Readonly<Record<string, string>> = {
  RequestMappingTemplate: 'mapping templates (VTL) are not supported',
  RequestMappingTemplateS3Location: 'mapping templates (VTL) are not supported',
  ResponseMappingTemplate: 'mapping templates (VTL) are not supported',
  ResponseMappingTemplateS3Location: 'mapping templates (VTL) are not supported',
  SyncConfig: 'versioned data sources are not supported',
  CachingConfig: 'caching is not supported',
}

function checkRuntime(resource: Resource): void {
  const runtime = record(resource.properties.Runtime)
  if (runtime.Name !== 'APPSYNC_JS' || runtime.RuntimeVersion !== '1.0.0')
    throw new Error(
      `${name(resource)}: Runtime must be APPSYNC_JS 1.0.0, not ${JSON.stringify(resource.properties.Runtime)}`,
    )
  refuseProperties(resource, unsupportedInResolvers)
}

const maxBatchSize = (resource: Resource): number => numberWithin(resource, 'MaxBatchSize', [0, 2_000], 0)

function knownSource(resource: Resource, source: string, sources: Sources): string {
  if (!sources.has(source)) throw new Error(`${name(resource)}: No data source found named ${source}`)
  return source
}

/** Reads a FunctionConfiguration resource. Throws an Error that names what is missing, wrong or not supported. */
export function pipelineFunction(
  resource: Resource,
  sources: Sources,
  context: CloudContext,
): PipelineFunction {
  checkRuntime(resource)
  return {
    name: requiredText(resource, 'Name'),
    code: code(resource, context),
    dataSource: knownSource(resource, requiredText(resource, 'DataSourceName'), sources),
    maxBatchSize: maxBatchSize(resource),
  }
}

/** Reads a Resolver resource. Throws an Error that names what is missing, wrong or not supported. */
export function resolverSpec(
  resource: Resource,
  functions: ReadonlyMap<string, PipelineFunction>,
  sources: Sources,
  context: CloudContext,
): ResolverSpec {
  checkRuntime(resource)
  const place = `${requiredText(resource, 'TypeName')}.${requiredText(resource, 'FieldName')}`
  const kind = optionalText(resource, 'Kind') ?? 'UNIT'
  const own = { place, code: code(resource, context) }
  if (kind === 'UNIT')
    return {
      ...own,
      kind,
      dataSource: knownSource(resource, requiredText(resource, 'DataSourceName'), sources),
      maxBatchSize: maxBatchSize(resource),
    }
  if (kind !== 'PIPELINE') throw new Error(`${name(resource)}: Kind must be UNIT or PIPELINE, not ${kind}`)
  const ids = functionIds(resource, place, context)
  const used = ids.map((id: unknown) => {
    const found = typeof id === 'string' ? functions.get(id) : undefined
    if (!found) throw new Error(`${name(resource)}: there is no function ${JSON.stringify(id)}`)
    return found
  })
  return { ...own, kind, functions: used }
}

function functionIds(resource: Resource, place: string, context: CloudContext): unknown[] {
  const { Functions } = record(resource.properties.PipelineConfig)
  const ids: unknown[] = Array.isArray(Functions) ? Functions : []
  if (ids.length <= mostFunctions) return ids
  const path = ['Properties', 'PipelineConfig', 'Functions', mostFunctions]
  const where = context.where(resource.stack, resource.logicalId, ...path)
  const message = `a pipeline has ${mostFunctions} functions at most, ${place} has ${ids.length}`
  throw new Error(`${name(resource)}: ${where === undefined ? '' : `${where} `}${message}`)
}
