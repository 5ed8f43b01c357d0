import { onlyFields, optional, required, requiredList, fieldsAt, type Fields } from '../request.ts'
import { optionalExpression, placeholders, type Expression } from './expressions.ts'
import type { Operation } from './table.ts'
import { equalValues, plainItem, wireValues, type Attributes } from './values.ts'

/** Result: `{data: {table: [item or null]}, unprocessedKeys}`, in the order of the request. */
export const batchGetItem: Operation = async (request, table) => {
  const tables = tablesOf(request)
  const asked = new Map<string, { keys: Attributes[]; added: readonly string[] }>()
  const wanted: Record<string, object> = {}
  for (const [name, value] of Object.entries(tables)) {
    const path = `$[tables][${name}]`
    const fields = fieldsAt(value, path)
    onlyFields(fields, ['keys', 'consistentRead', 'projection'], path)
    const keys = requiredList(fields, 'keys', path).map((key, at) => wireValues(key, `${path}[keys][${at}]`))
    const projection = withKeys(optionalExpression(fields, 'projection'), keys[0] ?? {})
    asked.set(name, { keys, added: projection?.added ?? [] })
    wanted[name] = {
      Keys: keys,
      ConsistentRead: optional(fields, 'consistentRead', 'boolean', path) ?? false,
      ...(projection && { ProjectionExpression: projection.text }),
      ...placeholders(projection),
    }
  }
  const { Responses, UnprocessedKeys } = (await table.call('BatchGetItem', {
    RequestItems: wanted,
  })) as GetAnswer
  const data: Record<string, unknown> = {}
  const unprocessedKeys: Record<string, unknown> = {}
  for (const [name, { keys, added }] of asked) {
    const found = Responses?.[name] ?? []
    data[name] = keys.map((key) => {
      const item = found.find((each) => hasKey(each, key))
      return item ? plainItem(without(item, added)) : null
    })
    unprocessedKeys[name] = (UnprocessedKeys?.[name]?.Keys ?? []).map(plainItem)
  }
  return { result: { data, unprocessedKeys } }
}

/** Result: `{data: {table: [item or null]}, unprocessedItems}`; null where an item was not written. */
export const batchPutItem: Operation = async (request, table) => {
  const { data, unprocessed } = await batchWrite(request, table, 'PutRequest', 'Item')
  return { result: { data, unprocessedItems: unprocessed } }
}

/** Result: `{data: {table: [key or null]}, unprocessedKeys}`. */
export const batchDeleteItem: Operation = async (request, table) => {
  const { data, unprocessed } = await batchWrite(request, table, 'DeleteRequest', 'Key')
  return { result: { data, unprocessedKeys: unprocessed } }
}

async function batchWrite(
  request: Fields,
  table: Parameters<Operation>[1],
  kind: 'PutRequest' | 'DeleteRequest',
  member: 'Item' | 'Key',
): Promise<{ data: object; unprocessed: object }> {
  const lists = new Map<string, Attributes[]>()
  for (const name of Object.keys(tablesOf(request))) {
    const list = requiredList(fieldsAt(request.tables), name, '$[tables]')
    lists.set(
      name,
      list.map((each, at) => wireValues(each, `$[tables][${name}][${at}]`)),
    )
  }
  const writes = [...lists].map(([name, list]) => [
    name,
    list.map((each) => ({ [kind]: { [member]: each } })),
  ])
  const answer = await table.call('BatchWriteItem', { RequestItems: Object.fromEntries(writes) as object })
  const left = (answer as WriteAnswer).UnprocessedItems ?? {}
  const data: Record<string, unknown> = {}
  const unprocessed: Record<string, unknown> = {}
  for (const [name, list] of lists) {
    const missed = (left[name] ?? []).map((write) => write[kind]?.[member] ?? {})
    data[name] = list.map((each) => (missed.some((other) => hasKey(other, each)) ? null : plainItem(each)))
    unprocessed[name] = missed.map(plainItem)
  }
  return { data, unprocessed }
}

function tablesOf(request: Fields): Fields {
  onlyFields(request, ['version', 'operation', 'tables'])
  return fieldsAt(required(request, 'tables'), '$[tables]')
}

/** Whether the item has every attribute of the key (or of another item). */
function hasKey(item: Attributes, key: Attributes): boolean {
  return Object.entries(key).every(([name, value]) => equalValues(item[name], value))
}

function without(item: Attributes, names: readonly string[]): Attributes {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)))
}

/** A projection that brings the key along, by which items are told apart; `added` was not asked for. */
function withKeys(
  projection: Expression | undefined,
  key: Attributes,
): (Expression & { added: readonly string[] }) | undefined {
  if (!projection) return undefined
  const projected = projection.text.split(',').map((path) => {
    const [first = ''] = path.trim().split(/[.[]/)
    return projection.names[first] ?? first
  })
  const added = Object.keys(key).filter((name) => !projected.includes(name))
  const names = Object.fromEntries(added.map((name, at) => [`#batchKey${at}`, name]))
  return {
    text: [projection.text, ...Object.keys(names)].join(', '),
    names: { ...projection.names, ...names },
    values: {},
    added,
  }
}

interface GetAnswer {
  readonly Responses?: Readonly<Record<string, readonly Attributes[]>>
  readonly UnprocessedKeys?: Readonly<Record<string, { Keys: readonly Attributes[] }>>
}

type Write = Readonly<Record<string, Readonly<Record<string, Attributes>> | undefined>>

interface WriteAnswer {
  readonly UnprocessedItems?: Readonly<Record<string, readonly Write[]>>
}
