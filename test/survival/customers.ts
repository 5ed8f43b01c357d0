import { setTimeout as pause } from 'node:timers/promises'
import { OrdersError, type OrdersClient, type StatusChange } from '../../client/sdk/index.ts'
import { seeds } from '../../start/seed.ts'
import type { Random } from './random.ts'

/** What happens to an order besides being made. */
const kinds = ['good', 'good', 'good', 'declined', 'out of stock', 'cancelled'] as const

/** Clients who order one thing after the other and watch each order to its end, whatever becomes of the server. */
export interface Customers {
  /** Ids that createOrder answered with. */
  readonly accepted: readonly string[]
  readonly watched: readonly { orderId: string; changes: readonly StatusChange[] }[]
  /** Orders that were asked for and are not closed. */
  inFlight(): number
  /** Resolves once every order that was begun is closed. */
  goHome(): Promise<void>
}

export function sendCustomers(client: OrdersClient, count: number, random: Random): Customers {
  const accepted: string[] = []
  const watched: { orderId: string; changes: readonly StatusChange[] }[] = []
  let open = 0
  let closing = false

  async function order(): Promise<void> {
    const kind = random.pick(kinds)
    const items = [{ sku: random.pick(seeds), qty: 1 }]
    const input = {
      customerEmail: 'ada@example.com',
      items: kind === 'out of stock' ? [...items, { sku: 'NOT-SOLD-HERE', qty: 1 }] : items,
      totalAmount: 19.99,
      paymentMethod: kind === 'declined' ? 'pm_declined' : 'pm_approved',
      idempotencyKey: crypto.randomUUID(),
    }
    const { id } = await untilAnswered(() => client.createOrder(input))
    accepted.push(id)
    const changes = all(client.watchOrder(id))
    changes.catch(() => undefined)
    if (kind === 'cancelled') {
      await pause(random.below(40))
      await untilAnswered(() => client.cancelOrder(id)).catch(acceptTooLate)
    }
    watched.push({ orderId: id, changes: await changes })
  }

  async function shop(): Promise<void> {
    while (!closing) {
      open += 1
      await order()
      open -= 1
    }
  }

  const home = Promise.all(Array.from({ length: count }, shop))
  home.catch(() => undefined)
  return {
    accepted,
    watched,
    inFlight: () => open,
    async goHome() {
      closing = true
      await home
    },
  }
}

async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const list: Value[] = []
  for await (const value of values) list.push(value)
  return list
}

/** Asks again, as a patient client does, until there is an answer: the same request, so that nothing is done twice. */
async function untilAnswered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof OrdersError && error.retryable)) throw error
      await pause(50)
    }
  }
}

function acceptTooLate(error: unknown): void {
  if (!(error instanceof OrdersError && error.type === 'OrderNotCancellable')) throw error
}
