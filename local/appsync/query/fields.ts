import {
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
} from 'graphql'
import { argumentValues } from './arguments.ts'
import { complete, unfit, type Spot } from './complete.ts'
import type { Path } from './errors.ts'
import type { Later } from './later.ts'
import { authorized, notAuthorized } from './authorization.ts'
import { callResolver, failed } from './resolve.ts'
import type { FieldGroups } from './collect.ts'
import type { Run } from './run.ts'

/** The fields of an object side by side, in the order in which they were asked for; null when one that must not be is. */
export function executeFields(
  run: Run,
  type: GraphQLObjectType,
  source: unknown,
  groups: FieldGroups,
  path: Path,
  depth: number,
): Later<Record<string, unknown> | null> {
  const data = Object.create(null) as Record<string, unknown>
  const waiting: Promise<void>[] = []
  const unfitKeys: string[] = []
  for (const [key, nodes] of groups) {
    const value = executeField(run, type, source, nodes, [...path, key], depth)
    data[key] = null
    const put = (completed: unknown): void => {
      if (completed === unfit) unfitKeys.push(key)
      else data[key] = completed
    }
    if (value instanceof Promise) waiting.push(value.then(put))
    else put(value)
  }
  const whole = (): Record<string, unknown> | null => (unfitKeys.length > 0 ? null : data)
  return waiting.length === 0 ? whole() : Promise.all(waiting).then(whole)
}

/** The fields of a mutation, one after the other; `done` hears of each. */
export async function executeInTurn(
  run: Run,
  type: GraphQLObjectType,
  groups: FieldGroups,
  done: (nodes: readonly FieldNode[], value: unknown) => void,
): Promise<Record<string, unknown> | null> {
  const data = Object.create(null) as Record<string, unknown>
  let isNull = false
  for (const [key, nodes] of groups) {
    const value = await executeField(run, type, null, nodes, [key], 1)
    if (value === unfit) isNull = true
    else data[key] = value
    done(nodes, value)
  }
  return isNull ? null : data
}

function executeField(
  run: Run,
  parent: GraphQLObjectType,
  source: unknown,
  nodes: readonly FieldNode[],
  path: Path,
  depth: number,
): Later<unknown> {
  const node = nodes[0]
  const field = node && definitionOf(run, parent, node.name.value)
  if (!field) return null
  const spot: Spot = { parent, nodes, path, depth }
  if (field.name === '__typename') return parent.name
  if (field.name.startsWith('__') || parent.name.startsWith('__'))
    return executeMetaField(run, field, source, spot)
  const limit = run.api.queryDepthLimit
  if (limit > 0 && depth > limit) return failed(run, field.type, spot, depthReached(limit))
  if (!authorized(run, parent.name, field.name, depth))
    return failed(run, field.type, spot, notAuthorized(field.name, parent.name))
  const resolver = run.push ? undefined : run.api.resolvers.get(`${parent.name}.${field.name}`)
  if (resolver) return callResolver(run, resolver, field, source, spot)
  return complete(run, field.type, property(source, field.name), spot)
}

const depthReached = (limit: number): { errorType: string; message: string } => ({
  errorType: 'QueryDepthLimitReached',
  message: `Query depth limit of ${limit} has been reached.`,
})

function property(source: unknown, name: string): unknown {
  if (typeof source !== 'object' || source === null || !Object.hasOwn(source, name)) return null
  return (source as Record<string, unknown>)[name]
}

function definitionOf(
  run: Run,
  parent: GraphQLObjectType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (name === '__typename') return TypeNameMetaFieldDef
  if (parent === run.api.schema.getQueryType()) {
    if (name === '__schema') return SchemaMetaFieldDef
    if (name === '__type') return TypeMetaFieldDef
  }
  return parent.getFields()[name]
}

/** Introspection: graphql-js answers from the schema. */
function executeMetaField(
  run: Run,
  field: GraphQLField<unknown, unknown>,
  source: unknown,
  spot: Spot,
): Later<unknown> {
  const node = spot.nodes[0]
  const values = node ? argumentValues(field.args, node, run.variables) : {}
  const info = { schema: run.api.schema } as GraphQLResolveInfo
  return complete(run, field.type, field.resolve?.(source, values, undefined, info), spot)
}
