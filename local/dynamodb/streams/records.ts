import { isDeepStrictEqual } from 'node:util'
import { record } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'
import type { Database } from '../database.ts'
import type { StreamViewType } from '../tables/definition.ts'

/** Who removed an item that expired. */
const timeToLive = { type: 'Service', principalId: 'dynamodb.amazonaws.com' }

/** Records as AWS gives them: none for a write that changed nothing, and only the images the view type has. */
export function ourRecords(database: Database, table: string, stored: readonly Input[]): Input[] {
  const viewType = database.tables.get(table)?.stream ?? 'NEW_AND_OLD_IMAGES'
  const { region } = database.context.place
  return stored.flatMap((each) => {
    const change = record(each.dynamodb) ?? {}
    if (each.eventName === 'MODIFY' && isDeepStrictEqual(change.OldImage, change.NewImage)) return []
    const byTimeToLive = each.eventName === 'REMOVE' && database.expired.has(table, change)
    return [
      {
        ...each,
        awsRegion: region,
        dynamodb: project(change, viewType),
        ...(byTimeToLive && { userIdentity: timeToLive }),
      },
    ]
  })
}

function project(change: Input, viewType: StreamViewType): Input {
  if (viewType === 'NEW_AND_OLD_IMAGES') return change
  const { NewImage, OldImage, ...rest } = change
  return {
    ...rest,
    ...(viewType === 'NEW_IMAGE' && NewImage !== undefined && { NewImage }),
    ...(viewType === 'OLD_IMAGE' && OldImage !== undefined && { OldImage }),
    StreamViewType: viewType,
  }
}
