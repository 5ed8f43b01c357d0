import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startDynamoDb, table } from './testing/harness.ts'
import type { RunningDynamoDb } from './testing/harness.ts'

let db: RunningDynamoDb
beforeAll(async () => {
  db = await startDynamoDb([table('Notes', {}), table('Other', {})])
})
afterEach(() => db.faults.clear())
afterAll(() => db.stop())

const put = (TableName = 'Notes') => db.call('PutItem', { TableName, Item: { id: { S: 'a' } } })
const transact = () =>
  db.call('TransactWriteItems', {
    TransactItems: [{ Put: { TableName: 'Notes', Item: { id: { S: 'a' } } } }],
  })

describe('an injected fault', () => {
  it('meets as many calls as it was told to', async () => {
    db.faults.inject({ error: 'ThrottlingException', times: 2 })
    await expect(put()).rejects.toMatchObject({ code: 'ThrottlingException' })
    await expect(put()).rejects.toMatchObject({ code: 'ThrottlingException' })
    await put()
  })

  it('meets only its action and its table', async () => {
    db.faults.inject({ action: 'PutItem', table: 'Other', error: 'ProvisionedThroughputExceededException' })
    await put('Notes')
    await db.call('Scan', { TableName: 'Other' })
    await expect(put('Other')).rejects.toMatchObject({ code: 'ProvisionedThroughputExceededException' })
  })

  it('of a conflict cancels a transaction and refuses a single write, and neither writes', async () => {
    await db.call('DeleteItem', { TableName: 'Notes', Key: { id: { S: 'a' } } })
    db.faults.inject({ error: 'TransactionConflict', times: 2 })
    await expect(transact()).rejects.toMatchObject({
      code: 'TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict]',
      members: {
        CancellationReasons: [
          { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' },
        ],
      },
    })
    await expect(put()).rejects.toMatchObject({ code: 'TransactionConflictException' })
    expect((await db.call('Scan', { TableName: 'Notes' })).Count).toBe(0)
  })

  it('meets the same calls for the same seed', async () => {
    const pattern = async (): Promise<string> => {
      const take = db.faults.inject({ error: 'InternalServerError', probability: 0.5, seed: 7 })
      let met = ''
      for (let call = 0; call < 20; call++)
        met += await put().then(
          () => '.',
          () => 'x',
        )
      take()
      return met
    }
    const first = await pattern()
    expect(first).toMatch(/x/)
    expect(first).toMatch(/\./)
    expect(await pattern()).toBe(first)
  })

  it('of a lost answer lets the call be carried out, once, and fails it all the same', async () => {
    const key = { TableName: 'Notes', Key: { id: { S: 'counted' } } }
    const count = (name: string) =>
      db.call('UpdateItem', {
        ...key,
        UpdateExpression: 'ADD times :one',
        ConditionExpression: 'attribute_not_exists(#name)',
        ExpressionAttributeNames: { '#name': name },
        ExpressionAttributeValues: { ':one': { N: '1' } },
      })
    db.faults.inject({ error: 'InternalServerError', after: true, times: 2 })
    await expect(count('other')).rejects.toMatchObject({ code: 'InternalServerError' })
    await expect(count('times')).rejects.toMatchObject({ code: 'InternalServerError' })
    expect(await db.call('GetItem', key)).toMatchObject({ Item: { times: { N: '1' } } })
  })

  it('of latency holds a call back', async () => {
    db.faults.inject({ latencyMs: 60, times: 1 })
    const start = performance.now()
    await put()
    expect(performance.now() - start).toBeGreaterThan(50)
  })

  it('holds back one call of several until it is let go, or its answer', async () => {
    const key = { TableName: 'Notes', Key: { id: { S: 'a' } } }
    const written = async (): Promise<boolean> => 'Item' in (await db.call('GetItem', key))
    for (const after of [false, true]) {
      await db.call('DeleteItem', key)
      let letGo = (): void => undefined
      db.faults.inject({ skip: 1, times: 1, after, until: new Promise<void>((resolve) => (letGo = resolve)) })
      await put('Other')
      let ended = false
      const held = put().then(() => (ended = true))
      await expect.poll(() => db.faults.any).toBe(false)
      await put('Other')
      expect(await written()).toBe(after)
      expect(ended).toBe(false)
      letGo()
      await held
      expect(await written()).toBe(true)
    }
  })
})
