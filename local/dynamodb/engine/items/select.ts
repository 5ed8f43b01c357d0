import { flag, text } from '../../../aws/input.ts'
import type { Input } from '../../../aws/service.ts'
import { invalid, invalidValue } from '../errors.ts'
import { nameOf } from '../expressions/parse.ts'
import type { Path, Scope } from '../expressions/parse.ts'
import { project } from '../expressions/projection.ts'
import type { Expressions } from '../expressions/read.ts'
import { keysOf } from '../streams/write.ts'
import { findIndex, keyNames, projectedNames } from '../tables/table.ts'
import type { Index, Table } from '../tables/table.ts'
import type { Item } from '../values.ts'

/** The index a Query or Scan reads, if any. Throws a ValidationException. */
export function indexOf(table: Table, input: Input): Index | undefined {
  const name = text(input, 'IndexName')
  if (name === undefined) return undefined
  const index = findIndex(table, name)
  if (!index) throw invalid(`The table does not have the specified index: ${name}`)
  if (index.kind === 'global' && flag(input, 'ConsistentRead') === true)
    throw invalid('Consistent reads are not supported on global secondary indexes')
  return index
}

/** What a Query or Scan shows of each item. */
export interface Shape {
  /** What of an item there is in the index; filters see no more. */
  readonly inIndex: (item: Item) => Item
  readonly answered: (item: Item) => Item
  readonly countOnly: boolean
}

/** Reads `Select` and the projection. Throws a ValidationException when they do not go together. */
export function shapeOf(
  table: Table,
  index: Index | undefined,
  input: Input,
  expressions: Expressions,
): Shape {
  const { ProjectionExpression: projection, FilterExpression: filter, scope } = expressions
  const select = text(input, 'Select')
  checkSelect(select, index, projection !== undefined)
  const wanted = projection?.paths
  const reachesTable = index?.kind === 'local' && (select === 'ALL_ATTRIBUTES' || wanted !== undefined)
  const names = index && !reachesTable ? projectedNames(table, index) : undefined
  if (index && names && wanted)
    refuseUnprojected('Global secondary index', 'does not project', index, names, wanted, scope)
  // A Query says so of filters; a Scan finds such attributes missing.
  const filterable = index && projectedNames(table, index)
  if (filterable && filter && input.KeyConditionExpression !== undefined)
    refuseUnprojected(
      'Secondary index',
      'does not project one or more filter attributes:',
      index,
      filterable,
      filter.paths,
      scope,
    )
  return {
    inIndex: (item) => (names ? keysOf([...names], item) : item),
    answered: (item) => (wanted ? project(item, wanted, scope) : item),
    countOnly: select === 'COUNT',
  }
}

function checkSelect(select: string | undefined, index: Index | undefined, projected: boolean): void {
  if (projected && select !== undefined && select !== 'SPECIFIC_ATTRIBUTES') {
    const what = select === 'COUNT' ? 'only the Count' : select
    throw invalid(`Cannot specify the ProjectionExpression when choosing to get ${what}`)
  }
  if (select === 'SPECIFIC_ATTRIBUTES' && !projected)
    throw invalid(
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    )
  if (select === 'ALL_PROJECTED_ATTRIBUTES' && !index)
    throw invalid('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName')
  if (select === 'ALL_ATTRIBUTES' && index?.kind === 'global' && index.projection !== 'ALL')
    throw invalidValue(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    )
}

function refuseUnprojected(
  kind: string,
  verb: string,
  { name }: Index,
  names: ReadonlySet<string>,
  paths: readonly Path[],
  scope: Scope,
): void {
  const used = paths.map(([step]) => (typeof step === 'object' ? nameOf(step, scope) : ''))
  const missing = [...new Set(used.filter((each) => !names.has(each)))]
  if (missing.length > 0) throw invalidValue(`${kind} ${name} ${verb} [${missing.join(', ')}]`)
}

/** Names of the attributes that say where a page ended: the table's key and the index's. */
export function positionNames(table: Table, index: Index | undefined): readonly string[] {
  return [...new Set([...keyNames(table.key), ...(index ? keyNames(index.key) : [])])]
}
