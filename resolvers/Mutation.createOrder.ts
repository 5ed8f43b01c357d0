import { util, type Context } from '@aws-appsync/utils'
import { feedOfAll, minorUnits, type OrderRow } from '../model/order.ts'
import { violationsOf } from '../model/validation.ts'
import { refuse } from './errors.ts'
import { orderView } from './order-view.ts'
import type { CreateOrderInput, MutationCreateOrderArgs, Order } from './schema.generated.ts'

/** What the steps of the pipeline share. */
export interface CreateStash {
  /** The order to write, and from `.original` on the one that was first. */
  order: OrderRow
  /** The order that came first with this idempotencyKey, when the key is taken. */
  originalId?: string
  /** Another request holds the key at this very moment. */
  contended?: boolean
}

function newOrder(input: CreateOrderInput): OrderRow {
  const now = util.time.nowISO8601()
  const row: OrderRow = {
    id: util.autoUlid(),
    customerEmail: input.customerEmail.toLowerCase(),
    items: input.items.map((line) => ({ sku: line.sku, qty: line.qty })),
    total: minorUnits(input.totalAmount),
    currency: input.currency ?? 'USD',
    status: 'NEW',
    version: 1,
    timeline: [{ status: 'NEW', at: now }],
    createdAt: now,
    updatedAt: now,
    feed: feedOfAll,
  }
  if (input.paymentMethod) row.paymentMethod = input.paymentMethod
  if (input.idempotencyKey) row.idempotencyKey = input.idempotencyKey
  return row
}

/** Checks everything at once; then `.write`, `.key` and `.original` when the key is taken, `.start`. */
export function request(ctx: Context<MutationCreateOrderArgs, CreateStash>): object {
  refuse(violationsOf(ctx.args.input))
  ctx.stash.order = newOrder(ctx.args.input)
  return {}
}

export function response(ctx: Context<MutationCreateOrderArgs, CreateStash>): Order {
  return orderView(ctx.stash.order)
}
