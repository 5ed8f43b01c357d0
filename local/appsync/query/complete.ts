import {
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type FieldNode,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from 'graphql'
import { CoercionError, scalars } from '../schema/scalars.ts'
import { pathText, valueError, type Path } from './errors.ts'
import { executeFields } from './fields.ts'
import { after, type Later } from './later.ts'
import { subFields, type Run } from './run.ts'

/** Stands for a value that would have to be null where null must not be: it makes its parent null. */
export const unfit = Symbol('null where none may be')

/** Where in the query and the answer a value stands. */
export interface Spot {
  readonly parent: GraphQLObjectType
  readonly nodes: readonly FieldNode[]
  readonly path: Path
  /** How many fields deep. */
  readonly depth: number
}

/** Brings what was resolved into the form its type asks for; what does not fit is noted and becomes null. */
export function complete(run: Run, type: GraphQLOutputType, value: unknown, spot: Spot): Later<unknown> {
  if (isNonNullType(type))
    return after(complete(run, type.ofType, value, spot), (completed) => {
      if (completed !== null) return completed
      if (value === null || value === undefined) noteNull(run, type.ofType, spot)
      return unfit
    })
  if (value === null || value === undefined) return null
  if (isListType(type)) return completeList(run, type.ofType, value, spot)
  if (isLeafType(type)) return completeLeaf(run, type, value, spot)
  if (typeof value !== 'object' || Array.isArray(value)) return mismatch(run, 'OBJECT', value, spot)
  const concrete = isAbstractType(type) ? concreteType(run, type, value, spot) : type
  if (!concrete) return null
  return executeFields(run, concrete, value, subFields(run, concrete, spot.nodes), spot.path, spot.depth + 1)
}

export function noteNull(run: Run, type: GraphQLOutputType, { parent, path }: Spot): void {
  const name = type.toString()
  const message = `Cannot return null for non-nullable type: '${name}' within parent '${parent.name}' (${pathText(path)})`
  run.errors.push(valueError(path, message))
}

function completeList(run: Run, type: GraphQLOutputType, value: unknown, spot: Spot): Later<unknown> {
  if (!Array.isArray(value)) return mismatch(run, 'LIST', value, spot)
  const items = value.map((item: unknown, index) =>
    complete(run, type, item, { ...spot, path: [...spot.path, index] }),
  )
  const whole = (completed: unknown[]): unknown => (completed.includes(unfit) ? null : completed)
  return items.some((item) => item instanceof Promise) ? Promise.all(items).then(whole) : whole(items)
}

function completeLeaf(run: Run, type: GraphQLLeafType, value: unknown, spot: Spot): unknown {
  if (run.push || type.name.startsWith('__')) return value
  try {
    if (!isEnumType(type)) return scalars[type.name] ? scalars[type.name]?.serialize(value) : value
    if (typeof value === 'string' && type.getValue(value)) return value
    throw new CoercionError(`Invalid input for Enum '${type.name}'. Unknown value '${String(value)}'`)
  } catch (error) {
    if (!(error instanceof CoercionError)) throw error
    run.errors.push(
      valueError(spot.path, `Can't serialize value (${pathText(spot.path)}) : ${error.message}`),
    )
    return null
  }
}

function mismatch(run: Run, expected: 'LIST' | 'OBJECT', value: unknown, { path }: Spot): null {
  const got = Array.isArray(value) ? 'LIST' : typeof value === 'object' ? 'OBJECT' : 'SCALAR'
  const message = `Can't resolve value (${pathText(path)}) : type mismatch error, expected type ${expected}, got ${got}`
  run.errors.push(valueError(path, message))
  return null
}

/** Resolvers of interfaces and unions say the type in `__typename`. */
function concreteType(
  run: Run,
  type: { name: string },
  value: object,
  { path, parent, nodes }: Spot,
): GraphQLObjectType | undefined {
  const name = '__typename' in value && typeof value.__typename === 'string' ? value.__typename : undefined
  const found = name === undefined ? undefined : run.api.schema.getType(name)
  if (isObjectType(found)) return found
  const field = `${parent.name}.${nodes[0]?.name.value ?? ''}`
  const why = name === undefined ? 'Missing __typename key on value.' : `There is no type '${name}'.`
  const message = `Can't resolve '${pathText(path)}'. Abstract type '${type.name}' must resolve to an Object type at runtime for field '${field}'. Could not determine the exact type of ${type.name}. ${why}`
  run.errors.push(valueError(path, message))
  return undefined
}
