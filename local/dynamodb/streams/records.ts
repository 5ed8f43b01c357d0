import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { record, text } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'
import type { Database } from '../database.ts'
import { ourSequenceNumber } from './shard.ts'
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
    const sequenceNumber = text(change, 'SequenceNumber') ?? ''
    const byTimeToLive = each.eventName === 'REMOVE' && database.expired.has(table, change)
    return [
      {
        ...each,
        eventID: eventId(table, sequenceNumber),
        awsRegion: region,
        dynamodb: project({ ...change, SequenceNumber: ourSequenceNumber(sequenceNumber) }, viewType),
        ...(byTimeToLive && { userIdentity: timeToLive }),
      },
    ]
  })
}

/** The same whenever the record is read, and another for each record of any table: functions tell repeats by it. */
function eventId(table: string, sequenceNumber: string): string {
  return createHash('md5').update(`${table}/${sequenceNumber}`).digest('hex')
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
