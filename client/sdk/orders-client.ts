import { OrdersError } from './errors.ts'
import { runOperation, type Access } from './http.ts'
import {
  cancelOrder,
  createOrder,
  getInventory,
  getOrder,
  listOrders,
  type CancelOrderMutation,
  type CreateOrderInput,
  type CreateOrderMutation,
  type GetInventoryQuery,
  type GetInventoryQueryVariables,
  type GetOrderQuery,
  type ListOrdersQuery,
  type ListOrdersQueryVariables,
} from './operations.generated.ts'
import { randomId } from './random-id.ts'
import { createRealtime } from './realtime.ts'
import { watchOrder, type Order, type StatusChange, type WatchOptions } from './watch-order.ts'

/** One page of a list, newest first; only a null `nextToken` ends it. */
export type OrderPage = NonNullable<ListOrdersQuery['orders']>
export type StockPage = NonNullable<GetInventoryQuery['inventory']>

/** The orders API, typed. Every method rejects with an `OrdersError`. */
export interface OrdersClient {
  /**
   * Has an order made and answers it (NEW). Without an `idempotencyKey` the client makes one, so that a lost answer is
   * asked for again and no order is made twice. That key ends with the call: only with a key of yours can the call be
   * made again, and is an error `retryable`.
   */
  createOrder(input: CreateOrderInput): Promise<Order>
  /** One order; null when the id is unknown. */
  order(id: string): Promise<Order | null>
  orders(filter?: ListOrdersQueryVariables): Promise<OrderPage>
  /** Asks for an order to be undone; refused (`OrderNotCancellable`) once it is closed. */
  cancelOrder(id: string, reason?: string): Promise<Order>
  inventory(filter?: GetInventoryQueryVariables): Promise<StockPage>
  /** Every change of an order's status, each exactly once and in order, until it is closed. */
  watchOrder(id: string, options?: WatchOptions): AsyncIterable<StatusChange>
}

/** A client of the API at `endpoint` (`GraphqlUrl` of the stack), known by its API key. */
export function createOrdersClient(access: Access): OrdersClient {
  if (!/^https?:\/\//.test(access.endpoint))
    throw new TypeError(
      `The endpoint '${access.endpoint}' is no whole URL: give the stack's output GraphqlUrl, https://…/graphql`,
    )
  const subscribe = createRealtime(access)
  const read = async (id: string, signal?: AbortSignal): Promise<Order | null> =>
    (await runOperation<GetOrderQuery>(access, getOrder, { id }, signal)).order
  return {
    createOrder: async (input) => {
      const variables = { input: { ...input, idempotencyKey: input.idempotencyKey ?? randomId() } }
      const asked = runOperation<CreateOrderMutation>(access, createOrder, variables)
      return present((await (input.idempotencyKey ? asked : asked.catch(withoutKey))).createOrder)
    },
    order: (id) => read(id),
    orders: async (filter = {}) =>
      present((await runOperation<ListOrdersQuery>(access, listOrders, filter)).orders),
    cancelOrder: async (id, reason) =>
      present((await runOperation<CancelOrderMutation>(access, cancelOrder, { id, reason })).cancelOrder),
    inventory: async (filter = {}) =>
      present((await runOperation<GetInventoryQuery>(access, getInventory, filter)).inventory),
    watchOrder: (id, options) => watchOrder(id, read, subscribe, options),
  }
}

/** To ask again would be to ask with another key: for another order, where this one was made and its answer lost. */
function withoutKey(error: unknown): never {
  if (!(error instanceof OrdersError && error.retryable)) throw error
  const message = `${error.message} (an order may have been made: with an idempotencyKey of yours you could ask again)`
  throw new OrdersError(error.type, message, { info: error.info, retryable: false, cause: error })
}

function present<Value>(value: Value | null): Value {
  if (value === null)
    throw new OrdersError('EmptyAnswer', 'The API answered without an error and without a value')
  return value
}
