import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openShop, type Shop } from './harness/shop.ts'

let shop: Shop
beforeAll(async () => void (shop = await openShop()))
afterAll(() => shop.stop())

/** Kills the database process, once the one before it was replaced. */
async function killDatabase(times: number): Promise<void> {
  const restarts = () => shop.activities.filter(({ what }) => what === 'restarted').length
  for (let kill = 1; kill <= times; kill += 1) {
    await pause(60)
    process.kill(shop.cloud.databasePid() ?? 0, 'SIGKILL')
    while (restarts() < kill) await pause(10)
  }
}

it('loses no order when the database process dies again and again, and has it back each time', async () => {
  const methods = ['pm_approved', 'pm_approved', 'pm_declined']
  const making = Promise.all(
    Array.from({ length: 24 }, (_, index) => shop.order({ paymentMethod: methods[index % 3] ?? null })),
  )
  await killDatabase(3)
  const ends = await Promise.all((await making).map(async ({ id }) => (await shop.end(id)).at(-1)?.status))
  expect(ends.filter((status) => status === 'COMPLETED')).toHaveLength(16)
  expect(ends.filter((status) => status === 'FAILED')).toHaveLength(8)
  await shop.assertInvariants()
})
