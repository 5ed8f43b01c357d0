import { AwsError } from '../../../aws/error.ts'
import { invalid } from '../errors.ts'
import { requestedKey, rowKey } from '../keys.ts'
import { keysOf } from '../streams/write.ts'
import { keyNames } from '../tables/table.ts'
import type { Index, Table } from '../tables/table.ts'
import { checkedItem } from '../values.ts'
import type { Item } from '../values.ts'
import type { Position } from './page.ts'
import { positionNames } from './select.ts'

/** The place that `ExclusiveStartKey` names. Throws a ValidationException if it is none. */
export function startKey(
  table: Table,
  index: Index | undefined,
  given: unknown,
): { given: Item; position: Position } {
  const key = checked(() => checkedItem(given))
  const names = positionNames(table, index)
  if (Object.keys(key).length !== names.length)
    throw wrong(index ? '' : ': The provided key element does not match the schema')
  const item = checked(() => requestedKey(table, keysOf(keyNames(table.key), key)))
  const row = index ? rowKey(index.key, key) : item
  if (!row) throw wrong('')
  return { given: key, position: { row, item } }
}

function checked<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof AwsError && error.code === 'ValidationException'
      ? wrong(`: ${error.message}`)
      : error
  }
}

function wrong(why: string): AwsError {
  return invalid(`The provided starting key is invalid${why}`)
}
