import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb'
import {
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
  type QueryCommandInput,
  type TransactWriteCommandInput,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb'
import { Sha256 } from './sha256.ts'

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ sha256: Sha256 }), {
  marshallOptions: { removeUndefinedValues: true },
})

/** One write of a transaction. */
export type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number]

/** Two transactions met on one item: tried again this often, after up to this long (ms). */
const conflict = { attempts: 8, longestPause: 200 }

/** Runs a write until it met no other transaction; throws what `work` throws, and the last conflict. */
async function whileInConflict<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (!isConflict(error) || attempt >= conflict.attempts) throw error
      const most = Math.min(conflict.longestPause, 10 * 2 ** attempt)
      await new Promise((resolve) => setTimeout(resolve, Math.random() * most))
    }
  }
}

function isConflict(error: unknown): boolean {
  if (error instanceof TransactionCanceledException) return codesOf(error).includes('TransactionConflict')
  return error instanceof TransactionConflictException
}

/** Of each write of a transaction, why it was not made: `None` when it was not to blame. */
const codesOf = ({ CancellationReasons = [] }: TransactionCanceledException): (string | undefined)[] =>
  CancellationReasons.map(({ Code }) => Code)

/** Reads one row consistently; undefined when there is none. */
export async function read<Row>(table: string, key: Record<string, string>): Promise<Row | undefined> {
  const { Item } = await documents.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }))
  return Item as Row | undefined
}

/** Asks an index, page by page, until it is at its end or `Limit` keys were found. */
export async function queryKeys<Key>(input: QueryCommandInput & { Limit: number }): Promise<Key[]> {
  const found: Key[] = []
  let from: QueryCommandInput['ExclusiveStartKey']
  do {
    const page = new QueryCommand({ ...input, Limit: input.Limit - found.length, ExclusiveStartKey: from })
    const { Items = [], LastEvaluatedKey } = await documents.send(page)
    found.push(...(Items as Key[]))
    from = LastEvaluatedKey
  } while (from !== undefined && found.length < input.Limit)
  return found
}

/**
 * Writes all or nothing. Answers the positions of the writes whose condition did not hold: none means committed.
 * Conflicts with other transactions are tried again here; any other trouble is thrown.
 */
export async function commit(writes: Write[]): Promise<number[]> {
  return whileInConflict(async () => {
    try {
      await documents.send(new TransactWriteCommand({ TransactItems: writes }))
      return []
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error
      const refused = codesOf(error).flatMap((code, at) => (code === 'ConditionalCheckFailed' ? [at] : []))
      if (refused.length === 0) throw error
      return refused
    }
  })
}

/** Writes one row and answers it as it is then; undefined when its condition did not hold. Conflicts as in `commit`. */
export async function update<Row = object>(input: UpdateCommandInput): Promise<Row | undefined> {
  return whileInConflict(async () => {
    try {
      const { Attributes } = await documents.send(new UpdateCommand({ ...input, ReturnValues: 'ALL_NEW' }))
      return Attributes as Row
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined
      throw error
    }
  })
}
