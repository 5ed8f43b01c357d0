import { writeSync } from 'node:fs'
import { operator } from '../../aws/principal.ts'
import { testContext } from '../../testing/context.ts'
import { createSqs } from '../index.ts'

/** Sends messages until it is killed, and prints the number of each one once it was acknowledged. */
const context = testContext({ data: process.argv[2] ?? '.', services: () => [sqs] })
const sqs = createSqs(context)
const { QueueUrl } = (await context.call('sqs', 'CreateQueue', { QueueName: 'things' }, operator)) as {
  QueueUrl: string
}
for (let n = 0; ; n++) {
  await context.call('sqs', 'SendMessage', { QueueUrl, MessageBody: String(n) }, operator)
  writeSync(1, `${n}\n`)
}
