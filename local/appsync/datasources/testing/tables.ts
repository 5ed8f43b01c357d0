import { startDynamoDb, table, type RunningDynamoDb } from '../../../dynamodb/testing/harness.ts'
import type { FieldOutcome } from '../../resolver.ts'
import { resolverIn } from '../../runtime/testing/resolve.ts'

/** DynamoDB with the tables `things` and `others` (key `id`) and `sorted` (`id`, number `n`), behind data sources of their names. */
export interface Tables {
  readonly database: RunningDynamoDb
  /**
   * Runs a request object, or an expression of resolver code that makes one, through a resolver; the field's value
   * is all that its response handler saw.
   */
  send(request: object | string, options?: { table?: string; place?: string }): Promise<FieldOutcome>
}

const sorted = {
  AttributeDefinitions: [
    { AttributeName: 'id', AttributeType: 'S' },
    { AttributeName: 'n', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'id', KeyType: 'HASH' },
    { AttributeName: 'n', KeyType: 'RANGE' },
  ],
}

export async function startTables(): Promise<Tables> {
  const database = await startDynamoDb([table('things', {}), table('others', {}), table('sorted', sorted)])
  return {
    database,
    send(request, options = {}) {
      const text = typeof request === 'string' ? request : JSON.stringify(request)
      const source = `
        import * as ddb from '@aws-appsync/utils/dynamodb'
        export const request = (ctx) => (${text})
        export const response = (ctx) => ({ result: ctx.result, error: ctx.error ?? null })`
      const code = { name: 'thing.js', source }
      const { table = 'things', place = 'Query.thing' } = options
      return resolverIn(database.context, { code, dataSource: table, place })()
    },
  }
}

export const id = (name: string): { id: { S: string } } => ({ id: { S: name } })

/** A request object that puts an item. */
export const put = (name: string, attributeValues: object, more: object = {}): object => ({
  operation: 'PutItem',
  key: id(name),
  attributeValues,
  ...more,
})

/** The outcome of a request that succeeded. */
export const ok = (result: unknown): object => ({ value: { result, error: null } })

/** The condition that nothing is there yet. */
export const onlyNew = { expression: 'attribute_not_exists(id)' }
