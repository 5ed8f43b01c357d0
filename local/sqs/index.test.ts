import { expect, test } from 'vitest'
import { startSqs } from './testing/sqs.ts'

test('a message that was sent is received once, and is gone when deleted', async () => {
  await using sqs = await startSqs({ things: {} })
  await sqs.send('things', 'hello')
  const [message] = await sqs.receive('things')
  expect(message?.Body).toBe('hello')
  expect(await sqs.receive('things')).toEqual([])
  await sqs.call('DeleteMessage', { QueueUrl: sqs.url('things'), ReceiptHandle: message?.ReceiptHandle })
  await sqs.clock.advance(31_000)
  expect(await sqs.receive('things')).toEqual([])
})
