import type { CloudContext } from '../aws/context.ts'
import { record, text, texts } from '../aws/input.ts'
import type { PolicyDocument, Service } from '../aws/service.ts'
import { openStore } from '../aws/store.ts'
import { batchActions } from './actions/batches.ts'
import { itemActions } from './actions/items.ts'
import { tableActions } from './actions/tables.ts'
import { transactionActions } from './actions/transactions.ts'
import { foreignBackend } from './backend/foreign.ts'
import type { Database, KnownTable } from './database.ts'
import { createEngine } from './engine/engine.ts'
import { createFaults } from './faults.ts'
import type { Faults } from './faults.ts'
import { streamArn } from './names.ts'
import { streamActions } from './streams/actions.ts'
import { createListeners } from './streams/listeners.ts'
import { tableDefinition } from './tables/definition.ts'
import { deployTable } from './tables/deploy.ts'
import { descriptionIn, knownTable } from './tables/known.ts'
import { resourceTypes } from './tables/resourceTypes.ts'

export type { Fault, Faults } from './faults.ts'

export interface DynamoDb {
  readonly service: Service
  /** DynamoDB Streams, an API of its own whose callers sign for `dynamodb`. */
  readonly streams: Service
  /** Lets tests put errors and latency in the way of calls. */
  readonly faults: Faults
  /**
   * Calls `listener` whenever there may be new records, right after the write was answered; the answer unsubscribes.
   * What was written before a restart is not told again: read once on start.
   */
  readonly onStreamRecords: (streamArn: string, listener: () => void) => () => void
}

/** Milliseconds between two looks for what has expired. AWS takes up to days. */
const upkeepInterval = 10 * 60_000

/** DynamoDB on an engine of its own, or at `endpoint`. Runs from the first `deploy` until `stop`. */
export function createDynamoDb(context: CloudContext, options: { endpoint?: string } = {}): DynamoDb {
  const store = openStore(context.data, 'dynamodb')
  const listeners = createListeners()
  const backend =
    options.endpoint === undefined
      ? createEngine(store, context.place, context.clock)
      : foreignBackend(options.endpoint, context.place)

  const database: Database = {
    context,
    backend,
    faults: createFaults(),
    tables: new Map<string, KnownTable>(),
    policies: new Map<string, PolicyDocument>(),
    learn(description) {
      database.tables.set(text(description, 'TableName') ?? '', knownTable(description))
    },
    written: (table) => listeners.tell(streamArn(context.place, table)),
  }

  let cancelUpkeep: (() => void) | undefined
  async function upkeep(): Promise<void> {
    for (const table of await backend.upkeep()) database.written(table)
  }
  function scheduleUpkeep(): void {
    cancelUpkeep = context.clock.at(context.clock.now() + upkeepInterval, () => {
      // What failed now is tried again next time.
      void upkeep()
        .catch(() => undefined)
        .finally(() => cancelUpkeep && scheduleUpkeep())
    })
  }

  /** Of the last deployment. */
  let deployed: ReadonlySet<string> = new Set()
  /** A table that a template names no more is kept, but the app has another: told, as its rows would seem lost. */
  function tellOfLeft(named: ReadonlySet<string>): void {
    for (const subject of deployed)
      if (!named.has(subject))
        context.report({ at: context.clock.now(), service: 'dynamodb', what: 'TableLeft', subject })
    deployed = named
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
        if (definition.policy) database.policies.set(definition.name, definition.policy)
      }
      await learnTables(database)
      tellOfLeft(new Set(definitions.map(({ name }) => name)))
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
