import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../aws/clock.ts'
import { AwsError } from '../../aws/error.ts'
import type { Place } from '../../aws/place.ts'
import type { Input } from '../../aws/service.ts'
import type { Backend } from '../backend/backend.ts'
import { openEngineDatabase } from './database.ts'
import type { EngineDatabase } from './database.ts'
import { internalError } from './errors.ts'
import { batchGetItem, batchWriteItem } from './items/batch.ts'
import { query } from './items/query.ts'
import { scan } from './items/scan.ts'
import { deleteItem, getItem, putItem, updateItem } from './items/single.ts'
import { forgetTokens } from './items/tokens.ts'
import { transactGetItems } from './items/transactGet.ts'
import { transactWriteItems } from './items/transactWrite.ts'
import { describeStream, getRecords, getShardIterator, listStreams } from './streams/read.ts'
import { trimStreams } from './streams/trim.ts'
import { createTable, deleteTable, describeTable, listTables } from './tables/operations.ts'
import { updateTable } from './tables/update.ts'
import { describeTimeToLive, removeExpired, updateTimeToLive } from './tables/timeToLive.ts'

type Operation = (database: EngineDatabase, input: Input) => object

const ofDynamoDb: Readonly<Record<string, Operation>> = {
  BatchGetItem: batchGetItem,
  BatchWriteItem: batchWriteItem,
  CreateTable: createTable,
  DeleteItem: deleteItem,
  DeleteTable: deleteTable,
  DescribeTable: describeTable,
  DescribeTimeToLive: describeTimeToLive,
  GetItem: getItem,
  ListTables: listTables,
  PutItem: putItem,
  Query: query,
  Scan: scan,
  TransactGetItems: transactGetItems,
  TransactWriteItems: transactWriteItems,
  UpdateItem: updateItem,
  UpdateTable: updateTable,
  UpdateTimeToLive: updateTimeToLive,
}

const ofStreams: Readonly<Record<string, Operation>> = {
  DescribeStream: describeStream,
  GetRecords: getRecords,
  GetShardIterator: getShardIterator,
  ListStreams: listStreams,
}

const operations = new Map<string, Operation>([
  ...Object.entries(ofDynamoDb).map(([name, run]) => [`DynamoDB_20120810.${name}`, run] as const),
  ...Object.entries(ofStreams).map(([name, run]) => [`DynamoDBStreams_20120810.${name}`, run] as const),
])

/** DynamoDB and its streams in one SQLite file. Every call is a transaction that is on disk before its answer. */
export function createEngine(store: DatabaseSync, place: Place, clock: Clock): Backend {
  const database = openEngineDatabase(store, place, clock)
  return {
    start: () => undefined,
    send(target, input) {
      const operation = operations.get(target)
      if (!operation) throw new AwsError('UnknownOperationException', `${target} is not served here.`)
      try {
        return operation(database, input)
      } catch (error) {
        throw error instanceof AwsError ? error : internalError(error)
      }
    },
    async upkeep() {
      forgetTokens(database)
      await trimStreams(database)
      return await removeExpired(database)
    },
    stop: () => undefined,
  }
}
