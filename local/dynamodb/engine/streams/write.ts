import type { EngineDatabase, RowChange } from '../database.ts'
import type { Change } from '../items/change.ts'
import { keyNames } from '../tables/table.ts'
import { attribute, define } from '../values.ts'
import type { AttributeValue, Item } from '../values.ts'

/** The stream record of a change, if the table has a stream, with the images of the stream's view type. */
export function recordChange(
  database: EngineDatabase,
  change: Change,
  json: string | undefined,
): RowChange[] {
  const { table, before, after } = change
  if (!table.stream) return []
  const { viewType, rows } = table.stream
  const withOld = viewType === 'OLD_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES'
  const withNew = viewType === 'NEW_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES'
  const event = !before ? 'INSERT' : after ? 'MODIFY' : 'REMOVE'
  return [
    {
      statement: database.sql(`INSERT INTO ${rows} VALUES (?, ?, ?, ?, ?, ?, ?)`),
      values: [
        database.nextSequence(),
        database.clock.now(),
        event,
        JSON.stringify(keysOf(keyNames(table.key), after ?? before?.item ?? {})),
        withOld && before ? before.json : null,
        withNew && json !== undefined ? json : null,
        change.expired === true ? 1 : 0,
      ],
    },
  ]
}

export function keysOf(names: readonly string[], item: Item): Item {
  const keys: Record<string, AttributeValue> = {}
  for (const name of names) {
    const value = attribute(item, name)
    if (value) define(keys, name, value)
  }
  return keys
}
