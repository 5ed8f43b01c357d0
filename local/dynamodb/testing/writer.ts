/** A process that writes to DynamoDB in the folder it is given until it is killed, and tells each answer it got. */
import { writeSync } from 'node:fs'
import { startDynamoDb, table } from './harness.ts'

const [, , data = ''] = process.argv
const db = await startDynamoDb(
  [table('Notes', { StreamSpecification: { StreamViewType: 'KEYS_ONLY' } }), table('Sums', {})],
  { data },
)
const sum = {
  TableName: 'Sums',
  Key: { id: { S: 'notes' } },
  UpdateExpression: 'ADD n :one',
  ExpressionAttributeValues: { ':one': { N: '1' } },
}
for (let count = 1; ; count++) {
  const put = { TableName: 'Notes', Item: { id: { S: String(count) } } }
  await db.call('TransactWriteItems', { TransactItems: [{ Put: put }, { Update: sum }] })
  writeSync(1, `${count}\n`)
}
