import { AwsError } from '../../../aws/error.ts'
import type { CloudContext } from '../../../aws/context.ts'
import type { Principal } from '../../../aws/principal.ts'
import { RequestError, type DataSource } from '../dataSource.ts'
import { fieldsAt, requiredString } from '../request.ts'
import { batchDeleteItem, batchGetItem, batchPutItem } from './batch.ts'
import { deleteItem, getItem, putItem, updateItem } from './items.ts'
import { query, scan } from './pages.ts'
import { pageTokens } from './pageTokens.ts'
import { failure, openTable, type Operation } from './table.ts'
import { transactGetItems, transactWriteItems } from './transactions.ts'

/** Operations a request object can name. `Sync` belongs to versioned data sources, which are refused at load. */
const operations: Readonly<Record<string, Operation>> = {
  GetItem: getItem,
  PutItem: putItem,
  UpdateItem: updateItem,
  DeleteItem: deleteItem,
  Query: query,
  Scan: scan,
  BatchGetItem: batchGetItem,
  BatchPutItem: batchPutItem,
  BatchDeleteItem: batchDeleteItem,
  TransactGetItems: transactGetItems,
  TransactWriteItems: transactWriteItems,
}

/** A table as AppSync works on it, under the data source's role. */
export function dynamoDb(tableName: string, principal: Principal, context: CloudContext): DataSource {
  const table = openTable(tableName, principal, context, pageTokens(context.data))
  return async (value, by) => {
    const request = fieldsAt(value)
    const name = requiredString(request, 'operation')
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined
    if (!operation) throw new RequestError(`Unsupported operation '${name}'.`)
    try {
      return await operation(request, table, by)
    } catch (error) {
      if (error instanceof AwsError) return failure(error)
      throw error
    }
  }
}
