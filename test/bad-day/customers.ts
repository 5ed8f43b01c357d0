import { setTimeout as pause } from 'node:timers/promises'
import { OrdersError, type OrdersClient } from '../../client/sdk/index.ts'
import type { Shop } from '../harness/shop.ts'
import type { Random } from '../survival/random.ts'

type Input = Partial<Parameters<OrdersClient['createOrder']>[0]>

const methods = ['pm_approved', 'pm_approved', 'pm_declined', 'pm_slow', 'pm_unavailable', 'pm_lost_answer']
const skus = ['PLUM-1', 'PEAR-1', 'SKU123', 'SKU999']
/** How long (ms) a customer rests at most between two orders. */
const rest = 6_000

/** Has so many orders made by customers side by side, each with its own idempotencyKey; notes them in `made`. */
export async function makeOrders(
  shop: Shop,
  random: Random,
  { orders, customers }: { orders: number; customers: number },
  made: string[],
): Promise<void> {
  let left = orders
  const customer = async (): Promise<void> => {
    while (left-- > 0) {
      made.push(await patiently(shop, someOrder(random)))
      await pause(random.below(rest))
    }
  }
  await Promise.all(Array.from({ length: customers }, customer))
}

function someOrder(random: Random): Input {
  const items = [{ sku: random.pick(skus), qty: 1 + random.below(3) }]
  if (random.below(4) === 0) items.push({ sku: 'APPLE-1', qty: 2 })
  if (random.below(8) === 0) items.push({ sku: 'NOT-SOLD-HERE', qty: 1 })
  return { items, paymentMethod: random.pick(methods), idempotencyKey: crypto.randomUUID() }
}

/** Asks for the same again until there is an answer, and answers the order's id. */
async function patiently(shop: Shop, input: Input): Promise<string> {
  for (;;) {
    try {
      return (await shop.order(input)).id
    } catch (error) {
      if (!(error instanceof OrdersError && error.retryable)) throw error
      await pause(50)
    }
  }
}
