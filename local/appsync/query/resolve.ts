import {
  isObjectType,
  getNamedType,
  isListType,
  isNonNullType,
  type GraphQLField,
  type GraphQLOutputType,
} from 'graphql'
import { identityOf } from '../identity.ts'
import { logLine } from '../logs.ts'
import type { FieldOutcome, FieldResolver, ResolverError } from '../resolver.ts'
import { argumentValues } from './arguments.ts'
import { complete, noteNull, unfit, type Spot } from './complete.ts'
import { fieldError } from './errors.ts'
import { subFields, type Run } from './run.ts'
import { selectionOf } from './selection.ts'

/** What AppSync allows when the API sets no limit of its own. */
const mostResolvers = 10_000

/** Different `invalidateSubscriptions` calls AppSync takes in one request. */
const mostInvalidations = 5

/** Runs a field's resolver and completes what it answers. */
export async function callResolver(
  run: Run,
  resolver: FieldResolver,
  field: GraphQLField<unknown, unknown>,
  source: unknown,
  spot: Spot,
): Promise<unknown> {
  const limit = run.api.resolverCountLimit || mostResolvers
  if (++run.resolversRun > limit) {
    const message = `Resolver invocation limit of ${limit} has been reached.`
    return failed(run, field.type, spot, { errorType: 'ResolverExecutionLimitReached', message })
  }
  const outcome = await invoke(run, resolver, field, source, spot)
  if (new Set(run.invalidations.map((each) => JSON.stringify(each))).size > mostInvalidations)
    return failed(run, field.type, spot, {
      errorType: 'Code',
      message: `At most ${mostInvalidations} invalidateSubscriptions calls are allowed in a request.`,
    })
  for (const error of outcome.appended) note(run, field.type, spot, error)
  if (outcome.error) return failed(run, field.type, spot, outcome.error)
  return complete(run, field.type, outcome.value, spot)
}

/** Runs a resolver and keeps what it did beyond its value: headers, filters, invalidations. */
export async function invoke(
  run: Run,
  resolver: FieldResolver,
  field: GraphQLField<unknown, unknown>,
  source: unknown,
  spot: Spot,
): Promise<FieldOutcome> {
  const at = run.context.clock.now()
  const started = performance.now()
  const call = fieldCall(run, field, source, spot)
  const outcome = await resolver(call)
  report(run, `${spot.parent.name}.${field.name}`, call.arguments, outcome, {
    at,
    took: performance.now() - started,
  })
  Object.assign(run.responseHeaders, outcome.responseHeaders)
  // https://docs.aws.amazon.com/appsync/latest/devguide/extensions-js.html: from mutation resolvers only.
  if (spot.parent === run.api.schema.getMutationType()) run.invalidations.push(...outcome.invalidations)
  for (const { level, message } of outcome.logs)
    logLine(run.context, run.api, level, `${run.requestId} ${level} - code.js: ${message}`)
  return outcome
}

function fieldCall(
  run: Run,
  field: GraphQLField<unknown, unknown>,
  source: unknown,
  { parent, nodes }: Spot,
): Parameters<FieldResolver>[0] {
  const selection = selectionOf(nodes, run.document.fragments)
  return {
    requestId: run.requestId,
    arguments: nodes[0] ? argumentValues(field.args, nodes[0], run.variables) : {},
    source,
    identity: identityOf(run.caller, run.api.place),
    authType: run.caller.mode === 'API_KEY' ? 'API Key Authorization' : 'IAM Authorization',
    request: { headers: run.headers, domainName: null },
    info: {
      fieldName: field.name,
      parentTypeName: parent.name,
      variables: run.variables,
      selectionSetList: selection.list,
      selectionSetGraphQL: selection.text,
    },
    outputType: getNamedType(field.type).name,
    env: run.api.environment,
  }
}

function report(
  run: Run,
  what: string,
  input: object,
  { error, appended, value }: FieldOutcome,
  times: { at: number; took: number },
): void {
  const trouble = error ?? appended[0]
  run.context.report({
    ...times,
    service: 'appsync',
    what,
    subject: run.api.name,
    requestId: run.requestId,
    input,
    ...(run.caller.mode === 'AWS_IAM' ? { principal: run.caller.principal } : {}),
    ...(trouble ? { error: trouble.errorType ?? trouble.message } : {}),
    ...(!trouble && typeof value === 'object' && value !== null ? { output: value } : {}),
  })
}

/** A field that has no value for a reason of its own. Where null must not be, AppSync says that as well. */
export function failed(
  run: Run,
  type: GraphQLOutputType,
  spot: Spot,
  error: Partial<ResolverError> & { message: string },
): unknown {
  note(run, type, spot, error)
  if (!isNonNullType(type)) return null
  noteNull(run, type.ofType, spot)
  return unfit
}

function note(
  run: Run,
  type: GraphQLOutputType,
  spot: Spot,
  error: Partial<ResolverError> & { message: string },
): void {
  const node = spot.nodes[0]
  if (!node) return
  const data = selected(run, type, error.data ?? null, spot.nodes)
  run.errors.push(
    fieldError(spot.path, node, {
      message: error.message,
      errorType: error.errorType ?? null,
      data,
      errorInfo: error.errorInfo ?? null,
    }),
  )
}

/** `data` of an error shows only what the query asked for. */
function selected(run: Run, type: GraphQLOutputType, data: unknown, nodes: Spot['nodes']): unknown {
  if (data === null || typeof data !== 'object') return data
  if (Array.isArray(data))
    return data.map((each: unknown) => selected(run, isListType(type) ? type.ofType : type, each, nodes))
  const named = getNamedType(type)
  if (!isObjectType(named)) return data
  const result: Record<string, unknown> = {}
  for (const [key, inner] of subFields(run, named, nodes)) {
    const field = inner[0] && named.getFields()[inner[0].name.value]
    if (field && Object.hasOwn(data, field.name))
      result[key] = selected(run, field.type, (data as Record<string, unknown>)[field.name], inner)
  }
  return result
}
