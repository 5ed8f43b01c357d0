/** A process that runs DynamoDB in the folder it is given, for tests that kill it. */
import { startDynamoDb, table } from './harness.ts'

const [, , data = ''] = process.argv
const db = await startDynamoDb([table('Notes', {})], { data })
await db.call('PutItem', { TableName: 'Notes', Item: { id: { S: 'kept' } } })
console.log(String(db.pid()))
// Only a signal ends it.
setInterval(() => undefined, 60_000)
