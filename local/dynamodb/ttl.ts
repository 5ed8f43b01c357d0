import { AwsError } from '../aws/error.ts'
import { record, records, text } from '../aws/input.ts'
import type { Input } from '../aws/service.ts'
import { read, write } from './database.ts'
import type { Database } from './database.ts'

/** Deletes the expired items of every table that has a time to live, some at a time. `now` in milliseconds. */
export async function removeExpired(database: Database, now: number): Promise<void> {
  for (const [name, { key }] of database.tables) {
    const attribute = await timeToLive(database, name)
    if (attribute !== undefined)
      await sweep(database, { name, key, attribute, seconds: Math.floor(now / 1000) })
  }
}

async function timeToLive(database: Database, TableName: string): Promise<string | undefined> {
  const answer = await read(database, 'DescribeTimeToLive', { TableName }, [TableName])
  const description = record(record(answer)?.TimeToLiveDescription) ?? {}
  return description.TimeToLiveStatus === 'ENABLED' ? text(description, 'AttributeName') : undefined
}

interface Sweep {
  readonly name: string
  readonly key: readonly string[]
  readonly attribute: string
  readonly seconds: number
}

async function sweep(database: Database, { name: TableName, key, attribute, seconds }: Sweep): Promise<void> {
  const expired = {
    ExpressionAttributeNames: { '#expiry': attribute },
    ExpressionAttributeValues: { ':now': { N: String(seconds) } },
  }
  let ExclusiveStartKey: unknown
  do {
    const page: Input = {
      TableName,
      FilterExpression: '#expiry < :now',
      Limit: 500,
      ...expired,
      ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
    }
    const answer = (await read(database, 'Scan', page, [TableName])) as Input
    for (const item of records(answer.Items)) {
      const Key = Object.fromEntries(key.map((name) => [name, item[name]]))
      database.expired.remember(TableName, Key, seconds)
      await removeIfExpired(database, { TableName, Key, ...expired })
    }
    ExclusiveStartKey = answer.LastEvaluatedKey
  } while (ExclusiveStartKey !== undefined)
}

/** Somebody may have given the item a later expiry since it was read. */
async function removeIfExpired(database: Database, request: Input): Promise<void> {
  try {
    const conditional = { ...request, ConditionExpression: '#expiry < :now' }
    await write(database, 'DeleteItem', conditional, [text(request, 'TableName') ?? ''])
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ConditionalCheckFailedException') return
    throw error
  }
}
