import { AwsError } from '../../../aws/error.ts'
import { text } from '../../../aws/input.ts'
import type { Input } from '../../../aws/service.ts'
import { tableNamed } from '../database.ts'
import type { EngineDatabase } from '../database.ts'
import { invalid, invalidValue } from '../errors.ts'
import { updated } from '../expressions/apply.ts'
import { holds } from '../expressions/evaluate.ts'
import { nameOf } from '../expressions/parse.ts'
import { readExpressions } from '../expressions/read.ts'
import type { Expressions } from '../expressions/read.ts'
import type { UpdateAction } from '../expressions/update.ts'
import { checkIndexKey, itemKey, requestedKey } from '../keys.ts'
import type { RowKey } from '../keys.ts'
import { inExpressions } from '../legacy.ts'
import { required, wantsOld } from '../members.ts'
import { itemSize, mostItemBytes } from '../sizes.ts'
import { keyNames } from '../tables/table.ts'
import type { Table } from '../tables/table.ts'
import { checkedItem } from '../values.ts'
import type { Item } from '../values.ts'
import { tableName } from '../../names.ts'
import { readStored } from './change.ts'
import type { Change, Stored } from './change.ts'

/** A write of one item, as far as it can be understood without looking at tables and items. */
export interface Write {
  readonly tableName: string
  readonly expressions: Expressions
  /** Whether a failed condition shows the item. */
  readonly showsItem: boolean
  /** Where the item stands. Throws a ValidationException if the key is none of this table. */
  locate(table: Table): RowKey
  /** What becomes of the item. Throws a ValidationException. */
  outcome(table: Table, before: Stored | undefined): Item | undefined
}

const expressionsOfUpdate = ['UpdateExpression', 'ConditionExpression'] as const
const expressionsOfOthers = ['ConditionExpression'] as const

export function readPut(given: Input): Write {
  const input = inExpressions(given)
  const item = checkedItem(required(input, 'Item'))
  const expressions = readExpressions(input, expressionsOfOthers)
  if (isTooLarge(item)) throw invalid('Item size has exceeded the maximum allowed size')
  return {
    ...about(input, expressions),
    locate: (table) => itemKey(table, item),
    outcome: () => item,
  }
}

export function readDelete(input: Input): Write {
  return { ...readKeyed(input), outcome: () => undefined }
}

/** The ConditionCheck of a transaction. */
export function readCheck(input: Input): Write {
  if (input.ConditionExpression === undefined)
    throw invalid('The expression can not be empty; ConditionExpression is required for a ConditionCheck')
  return { ...readKeyed(input), outcome: (_, before) => before?.item }
}

export function readUpdate(given: Input): Write {
  const input = inExpressions(given)
  const key = checkedItem(required(input, 'Key'))
  const expressions = readExpressions(input, expressionsOfUpdate)
  const actions = expressions.UpdateExpression?.actions ?? []
  return {
    ...about(input, expressions),
    locate(table) {
      refuseKeyUpdate(table, actions, expressions)
      return requestedKey(table, key)
    },
    outcome(table, before) {
      const after = updated(before?.item ?? key, actions, expressions.scope, before !== undefined)
      for (const index of table.indexes) checkUpdatedKey(index, after)
      if (isTooLarge(after)) throw invalid('Item size to update has exceeded the maximum allowed size')
      return after
    },
  }
}

function readKeyed(given: Input): Omit<Write, 'outcome'> {
  const input = inExpressions(given)
  const key = checkedItem(required(input, 'Key'))
  const expressions = readExpressions(input, expressionsOfOthers)
  return { ...about(input, expressions), locate: (table) => requestedKey(table, key) }
}

function about(input: Input, expressions: Expressions) {
  return { tableName: tableName(text(input, 'TableName') ?? ''), expressions, showsItem: wantsOld(input) }
}

/** What the write does to the item as it is now. Throws when its condition fails or it cannot be done. */
export function planned(database: EngineDatabase, write: Write, located?: RowKey): Change {
  const table = tableNamed(database, write.tableName)
  const key = located ?? write.locate(table)
  const before = readStored(database, table, key)
  const { ConditionExpression: condition, scope } = write.expressions
  if (condition && !holds(condition.condition, before?.item ?? {}, scope))
    throw conditionFailed(write.showsItem ? before?.item : undefined)
  return { table, key, before, after: write.outcome(table, before) }
}

function conditionFailed(item: Item | undefined): AwsError {
  return new AwsError('ConditionalCheckFailedException', 'The conditional request failed', {
    members: item ? { Item: item } : {},
  })
}

function isTooLarge(item: Item): boolean {
  return itemSize(item) > mostItemBytes
}

function refuseKeyUpdate(table: Table, actions: readonly UpdateAction[], { scope }: Expressions): void {
  const keys = keyNames(table.key)
  for (const { path } of actions) {
    const [step] = path
    if (typeof step !== 'object') continue
    const name = nameOf(step, scope)
    if (keys.includes(name))
      throw invalidValue(`Cannot update attribute ${name}. This attribute is part of the key`)
  }
}

/** The same as for a put, in the words of an update. */
function checkUpdatedKey(index: Table['indexes'][number], after: Item): void {
  try {
    checkIndexKey(index, after)
  } catch (error) {
    if (
      !(error instanceof AwsError) ||
      !error.message.includes('A value specified for a secondary index key')
    )
      throw error
    throw invalid(
      error.message.replace(
        'A value specified for a secondary index key is not supported.',
        'The update expression attempted to update a secondary index key to a value that is not supported.',
      ),
    )
  }
}
