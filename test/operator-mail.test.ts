import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from './harness/recovery.ts'
import { openShop, type Shop } from './harness/shop.ts'

const operator = 'ops@example.org'

describe('the mail of an operator', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop({ OperatorEmail: operator, OperatorEmailStatuses: 'FAILED,CANCELLED' })
  })
  afterAll(() => shop.assertInvariants().finally(() => shop.stop()))

  it('tells of the orders that end as the stage says, and nothing of the customer', async () => {
    const completed = await shop.order()
    await shop.end(completed.id)
    const failed = await shop.order({ paymentMethod: 'pm_declined' })
    await shop.end(failed.id)
    const mails = await until(() => {
      const sent = shop.cloud.sns.mailbox().filter(({ topic }) => topic === shop.outputs.NotificationTopicArn)
      return Promise.resolve(sent.length > 0 && sent)
    })
    expect(mails.map(({ to }) => to)).toEqual([operator])
    const { version, updatedAt: at } = (await shop.client.order(failed.id)) ?? {}
    expect(JSON.parse(mails[0]?.body ?? '')).toEqual({
      orderId: failed.id,
      status: 'FAILED',
      version,
      at,
      failure: 'PaymentDeclined',
    })
  })
})
