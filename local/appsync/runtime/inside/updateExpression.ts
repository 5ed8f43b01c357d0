import { isMap } from './json.ts'
import { toDynamoDB } from './typedValues.ts'

/** Markers for what `update` shall do with an attribute. */
export const operations = {
  add: (value: unknown) => ({ type: 'OPERATION_ADD', value }),
  remove: () => ({ type: 'OPERATION_REMOVE' }),
  replace: (value: unknown) => ({ type: 'OPERATION_REPLACE', value }),
  increment: (by = 1) => ({ type: 'OPERATION_INCREMENT', by }),
  decrement: (by = 1) => ({ type: 'OPERATION_DECREMENT', by }),
  append: (items: unknown) => ({ type: 'OPERATION_APPEND', items }),
  prepend: (items: unknown) => ({ type: 'OPERATION_PREPEND', items }),
  updateListItem: (item: unknown, index: number) => ({ type: 'OPERATION_UPDATE_LIST_ITEM', item, index }),
}

interface Marker {
  readonly type: string
  readonly value?: unknown
  readonly by?: number
  readonly items?: unknown
  readonly item?: unknown
  readonly index?: number
}

export interface UpdateExpression {
  readonly expression: string
  readonly expressionNames: Record<string, string>
  readonly expressionValues: Record<string, unknown>
}

/** `SET … REMOVE …` for the members of an update: values are set, markers do what they say. */
export function updateExpression(update: unknown): UpdateExpression {
  const names: Record<string, string> = {}
  const values: Record<string, unknown> = {}
  const sets: string[] = []
  const removes: string[][] = []
  let count = { names: 0, values: 0 }

  const placeholders = (path: readonly string[]): string => {
    let text = ''
    for (const name of path) {
      count = { ...count, names: count.names + 1 }
      names[`#expName_${count.names}`] = name
      text += `${text && '.'}#expName_${count.names}`
    }
    return text
  }
  const bind = (value: unknown): string => {
    count = { ...count, values: count.values + 1 }
    values[`:expValue_${count.values}`] = toDynamoDB(value)
    return `:expValue_${count.values}`
  }

  function setTo(path: readonly string[], value: unknown): void {
    if (!isMarker(value)) return void sets.push(`${placeholders(path)} = ${bind(value)}`)
    if (value.type === 'OPERATION_REMOVE') return void removes.push([...path])
    const name = placeholders(path)
    sets.push(assignment(value, name, bind))
  }

  function visit(path: readonly string[], value: unknown): void {
    if (value === undefined) return
    if (isListOfMarkers(value)) for (const marker of value) setTo(path, marker)
    else if (holdsMarkers(value)) for (const name of Object.keys(value)) visit([...path, name], value[name])
    else setTo(path, value)
  }

  if (isMap(update)) for (const name of Object.keys(update)) visit([name], update[name])
  const removed: string[] = []
  for (const path of removes) removed.push(placeholders(path))
  const clauses: string[] = []
  if (sets.length > 0) clauses.push(`SET ${sets.join(', ')}`)
  if (removed.length > 0) clauses.push(`REMOVE ${removed.join(', ')}`)
  return { expression: clauses.join(' '), expressionNames: names, expressionValues: values }
}

function assignment(marker: Marker, name: string, bind: (value: unknown) => string): string {
  switch (marker.type) {
    case 'OPERATION_INCREMENT':
      return `${name} = ${name} + ${bind(marker.by)}`
    case 'OPERATION_DECREMENT':
      return `${name} = ${name} - ${bind(marker.by)}`
    case 'OPERATION_APPEND':
      return `${name} = list_append(${name}, ${bind(marker.items)})`
    case 'OPERATION_PREPEND':
      return `${name} = list_append(${bind(marker.items)}, ${name})`
    case 'OPERATION_UPDATE_LIST_ITEM':
      return `${name}[${marker.index}] = ${bind(marker.item)}`
    default:
      return `${name} = ${bind(marker.value)}`
  }
}

function isMarker(value: unknown): value is Marker & Record<string, unknown> {
  return isMap(value) && typeof value.type === 'string' && value.type.startsWith('OPERATION_')
}

function isListOfMarkers(value: unknown): value is Marker[] {
  if (!Array.isArray(value) || value.length === 0) return false
  for (const each of value as unknown[]) if (!isMarker(each)) return false
  return true
}

/** A map in which some member, at any depth, is a marker: its members are updated one by one. */
function holdsMarkers(value: unknown): value is Record<string, unknown> {
  if (!isMap(value) || isMarker(value)) return false
  for (const name of Object.keys(value))
    if (isMarker(value[name]) || isListOfMarkers(value[name]) || holdsMarkers(value[name])) return true
  return false
}
