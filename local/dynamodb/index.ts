import { join } from 'node:path'
import type { CloudContext } from '../aws/context.ts'
import { record, text, texts } from '../aws/input.ts'
import type { PolicyDocument, Service } from '../aws/service.ts'
import { openStore } from '../aws/store.ts'
import { batchActions } from './actions/batches.ts'
import { itemActions } from './actions/items.ts'
import { tableActions } from './actions/tables.ts'
import { transactionActions } from './actions/transactions.ts'
import { dynoxideBackend, foreignBackend } from './backend/backend.ts'
import type { Database, KnownTable } from './database.ts'
import { createFaults } from './faults.ts'
import type { Faults } from './faults.ts'
import { streamArn } from './names.ts'
import { streamActions } from './streams/actions.ts'
import { expiredItems } from './streams/expired.ts'
import { createListeners } from './streams/listeners.ts'
import { indexStreamRecords, trimStreamRecords } from './streams/upkeep.ts'
import { tableDefinition } from './tables/definition.ts'
import { deployTable } from './tables/deploy.ts'
import { descriptionIn } from './tables/describe.ts'
import { knownTable, viewTypes } from './tables/known.ts'
import { resourceTypes } from './tables/resourceTypes.ts'
import { removeExpired } from './ttl.ts'

export type { Fault, Faults } from './faults.ts'

export interface DynamoDb {
  readonly service: Service
  /** DynamoDB Streams, an API of its own whose callers sign for `dynamodb`. */
  readonly streams: Service
  /** Lets tests put errors and latency in the way of calls. */
  readonly faults: Faults
  /** The process that serves the database, when it is ours. */
  readonly pid: () => number | undefined
  /**
   * Calls `listener` whenever there may be new records, right after the write was answered; the answer unsubscribes.
   * What was written before a restart is not told again: read once on start.
   */
  readonly onStreamRecords: (streamArn: string, listener: () => void) => () => void
}

/** Milliseconds between two looks for what has expired. AWS takes up to days. */
const upkeepInterval = 10 * 60_000

/** DynamoDB on a dynoxide process of its own, or at `endpoint`. Runs from the first `deploy` until `stop`. */
export function createDynamoDb(context: CloudContext, options: { endpoint?: string } = {}): DynamoDb {
  const dbPath = join(context.data, 'dynoxide.db')
  const store = openStore(context.data, 'dynamodb')
  const asked = viewTypes(store)
  const listeners = createListeners()
  const backend =
    options.endpoint === undefined
      ? dynoxideBackend(
          { dbPath, pidFile: join(context.data, 'dynoxide.pid') },
          {
            start: () => indexStreamRecords(dbPath),
            restart: (lastWords) =>
              context.report({
                at: context.clock.now(),
                service: 'dynamodb',
                what: 'restarted',
                error: lastWords,
              }),
          },
        )
      : foreignBackend(options.endpoint)

  const database: Database = {
    context,
    backend,
    faults: createFaults(),
    expired: expiredItems(store),
    tables: new Map<string, KnownTable>(),
    policies: new Map<string, PolicyDocument>(),
    learn(description, stream) {
      const name = text(description, 'TableName') ?? ''
      if (stream) asked.set(name, stream)
      database.tables.set(name, knownTable(description, asked.get(name)))
    },
    written: (table) => listeners.tell(streamArn(context.place, table)),
  }

  let cancelUpkeep: (() => void) | undefined
  async function upkeep(): Promise<void> {
    await removeExpired(database, context.clock.now())
    if (options.endpoint === undefined) await trimStreamRecords(dbPath, context.clock.now())
  }
  function scheduleUpkeep(): void {
    cancelUpkeep = context.clock.at(context.clock.now() + upkeepInterval, () => {
      // What failed now is tried again next time.
      void upkeep()
        .catch(() => undefined)
        .finally(() => cancelUpkeep && scheduleUpkeep())
    })
  }

  const service: Service = {
    name: 'dynamodb',
    actions: {
      ...itemActions(database),
      ...batchActions(database),
      ...transactionActions(database),
      ...tableActions(database),
    },
    resourceTypes,
    async deploy(resources) {
      const definitions = resources.map((resource) => tableDefinition(resource, context.place.region))
      await backend.start()
      database.policies.clear()
      for (const definition of definitions) {
        await deployTable(database, definition)
        if (definition.stream) asked.set(definition.name, definition.stream)
        if (definition.policy) database.policies.set(definition.name, definition.policy)
      }
      await learnTables(database)
    },
    start: scheduleUpkeep,
    async stop() {
      cancelUpkeep?.()
      cancelUpkeep = undefined
      await backend.stop()
      if (store.isOpen) store.close()
    },
  }
  return {
    service,
    streams: {
      name: 'dynamodbstreams',
      actions: streamActions(database),
      resourceTypes: {},
      deploy: () => Promise.resolve(),
    },
    faults: database.faults,
    pid: () => backend.pid,
    onStreamRecords: (arn, listener) => listeners.add(arn, listener),
  }
}

/** Takes note of every table there is, those of earlier templates and of CreateTable included. */
async function learnTables(database: Database): Promise<void> {
  let start: string | undefined
  do {
    const page = start === undefined ? {} : { ExclusiveStartTableName: start }
    const answer = record(await database.backend.send('DynamoDB_20120810.ListTables', page)) ?? {}
    for (const TableName of texts(answer.TableNames))
      database.learn(
        descriptionIn(await database.backend.send('DynamoDB_20120810.DescribeTable', { TableName })),
      )
    start = text(answer, 'LastEvaluatedTableName')
  } while (start !== undefined)
}
