import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isClosed } from '../model/status.ts'
import { makeOrders } from './bad-day/customers.ts'
import { kinds, makeTrouble } from './bad-day/troubles.ts'
import { recover, retryOrder, rowOf, runningExecutions, until } from './harness/recovery.ts'
import { openShop, type Shop } from './harness/shop.ts'
import { createRandom } from './survival/random.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
const size = { orders: 200, customers: 12 }
/** Seconds in which every order must end once the trouble is over. */
const patience = 120

describe('on a bad day', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop({
      NewWithoutExecution: '1',
      StandsStill: '12',
      UndoStandsStill: '12',
      NoticeRetryAge: '1',
      MaxReceiveCount: '6',
      PaymentTaskTimeout: '10',
    })
  })
  afterAll(() => shop.stop())

  /** Has orders that wait for a person tried again, as that person would; answers whether none is open or owed a notice. */
  async function allEnded(ids: readonly string[]): Promise<boolean> {
    await recover(shop)
    const rows = await Promise.all(ids.map((id) => rowOf(shop, id)))
    for (const { id, status } of rows) if (status === 'NEEDS_ATTENTION') await retryOrder(shop, id)
    await pause(500)
    return rows.every(({ status, owed }) => isClosed(status) && owed === undefined)
  }

  it(
    'whatever fails, is lost, comes again or is stopped, every order ends and nothing is lost',
    async () => {
      console.log(`SEED=${seed} repeats the aims`)
      const random = createRandom(seed)
      const made = [await shop.order()].map(({ id }) => id)
      const trouble = makeTrouble(shop, random, made)
      await makeOrders(shop, random, size, made)
      const troubles = await trouble.end()
      console.log(Object.fromEntries(troubles))
      await until(() => allEnded(made), patience, 'the end of every order')
      await until(
        async () => (await runningExecutions(shop)).length === 0,
        patience,
        'the end of every execution',
      )
      await shop.assertInvariants()
      for (const kind of kinds) expect([kind, troubles.get(kind) ?? 0]).not.toContain(0)
    },
    9 * 60_000,
  )
})
