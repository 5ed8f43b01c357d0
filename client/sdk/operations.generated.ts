/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type CreateOrderInput = {
  /** ISO 4217; USD when absent. */
  currency?: string | null | undefined;
  customerEmail: string;
  /** 16 to 64 characters of the caller's own, valid 30 days. */
  idempotencyKey?: string | null | undefined;
  items: Array<OrderLineInput>;
  /** The payment provider's token, never a card number. */
  paymentMethod?: string | null | undefined;
  /** At most two decimals. */
  totalAmount: number;
};

export type OrderLineInput = {
  qty: number;
  sku: string;
};

export type OrderStatus =
  | 'CANCELLED'
  | 'COMPENSATING'
  | 'COMPLETED'
  | 'FAILED'
  | 'NEEDS_ATTENTION'
  | 'NEW'
  | 'PAID'
  | 'RESERVED';

export type OrderFieldsFragment = { id: string, customerEmail: string, totalAmount: number, currency: string, status: OrderStatus, nextStatuses: Array<OrderStatus>, version: number, cancelRequestedAt: string | null, cancelReason: string | null, createdAt: string, updatedAt: string, items: Array<{ sku: string, qty: number }>, timeline: Array<{ status: OrderStatus, at: string }>, failure: { code: string, message: string } | null };

export type CreateOrderMutationVariables = Exact<{
  input: CreateOrderInput;
}>;


export type CreateOrderMutation = { createOrder: { id: string, customerEmail: string, totalAmount: number, currency: string, status: OrderStatus, nextStatuses: Array<OrderStatus>, version: number, cancelRequestedAt: string | null, cancelReason: string | null, createdAt: string, updatedAt: string, items: Array<{ sku: string, qty: number }>, timeline: Array<{ status: OrderStatus, at: string }>, failure: { code: string, message: string } | null } | null };

export type CancelOrderMutationVariables = Exact<{
  id: string;
  reason?: string | null | undefined;
}>;


export type CancelOrderMutation = { cancelOrder: { id: string, customerEmail: string, totalAmount: number, currency: string, status: OrderStatus, nextStatuses: Array<OrderStatus>, version: number, cancelRequestedAt: string | null, cancelReason: string | null, createdAt: string, updatedAt: string, items: Array<{ sku: string, qty: number }>, timeline: Array<{ status: OrderStatus, at: string }>, failure: { code: string, message: string } | null } | null };

export type GetOrderQueryVariables = Exact<{
  id: string;
}>;


export type GetOrderQuery = { order: { id: string, customerEmail: string, totalAmount: number, currency: string, status: OrderStatus, nextStatuses: Array<OrderStatus>, version: number, cancelRequestedAt: string | null, cancelReason: string | null, createdAt: string, updatedAt: string, items: Array<{ sku: string, qty: number }>, timeline: Array<{ status: OrderStatus, at: string }>, failure: { code: string, message: string } | null } | null };

export type ListOrdersQueryVariables = Exact<{
  status?: OrderStatus | null | undefined;
  customerEmail?: string | null | undefined;
  limit?: number | null | undefined;
  nextToken?: string | null | undefined;
}>;


export type ListOrdersQuery = { orders: { nextToken: string | null, items: Array<{ id: string, customerEmail: string, totalAmount: number, currency: string, status: OrderStatus, nextStatuses: Array<OrderStatus>, version: number, cancelRequestedAt: string | null, cancelReason: string | null, createdAt: string, updatedAt: string, items: Array<{ sku: string, qty: number }>, timeline: Array<{ status: OrderStatus, at: string }>, failure: { code: string, message: string } | null }> } | null };

export type GetInventoryQueryVariables = Exact<{
  skus?: Array<string> | string | null | undefined;
  limit?: number | null | undefined;
  nextToken?: string | null | undefined;
}>;


export type GetInventoryQuery = { inventory: { nextToken: string | null, items: Array<{ sku: string, available: number, updatedAt: string }> } | null };

export type OnOrderStatusChangedSubscriptionVariables = Exact<{
  orderId?: string | null | undefined;
  customerEmail?: string | null | undefined;
  status?: OrderStatus | null | undefined;
}>;


export type OnOrderStatusChangedSubscription = { onOrderStatusChanged: { orderId: string, customerEmail: string, status: OrderStatus, previousStatus: OrderStatus | null, version: number, at: string, failure: { code: string, message: string } | null } | null };


type GeneratedQuery<Input, Output> = string & { __generatedQueryInput: Input; __generatedQueryOutput: Output }
type GeneratedMutation<Input, Output> = string & { __generatedMutationInput: Input; __generatedMutationOutput: Output }
type GeneratedSubscription<Input, Output> = string & {
  __generatedSubscriptionInput: Input
  __generatedSubscriptionOutput: Output
}

export const createOrder = /* GraphQL */ `
mutation CreateOrder($input: CreateOrderInput!) {
  createOrder(input: $input) {
    ...OrderFields
  }
}

fragment OrderFields on Order {
  id
  customerEmail
  items {
    sku
    qty
  }
  totalAmount
  currency
  status
  nextStatuses
  version
  timeline {
    status
    at
  }
  failure {
    code
    message
  }
  cancelRequestedAt
  cancelReason
  createdAt
  updatedAt
}
` as GeneratedMutation<CreateOrderMutationVariables, CreateOrderMutation>

export const cancelOrder = /* GraphQL */ `
mutation CancelOrder($id: ID!, $reason: String) {
  cancelOrder(id: $id, reason: $reason) {
    ...OrderFields
  }
}

fragment OrderFields on Order {
  id
  customerEmail
  items {
    sku
    qty
  }
  totalAmount
  currency
  status
  nextStatuses
  version
  timeline {
    status
    at
  }
  failure {
    code
    message
  }
  cancelRequestedAt
  cancelReason
  createdAt
  updatedAt
}
` as GeneratedMutation<CancelOrderMutationVariables, CancelOrderMutation>

export const getOrder = /* GraphQL */ `
query GetOrder($id: ID!) {
  order(id: $id) {
    ...OrderFields
  }
}

fragment OrderFields on Order {
  id
  customerEmail
  items {
    sku
    qty
  }
  totalAmount
  currency
  status
  nextStatuses
  version
  timeline {
    status
    at
  }
  failure {
    code
    message
  }
  cancelRequestedAt
  cancelReason
  createdAt
  updatedAt
}
` as GeneratedQuery<GetOrderQueryVariables, GetOrderQuery>

export const listOrders = /* GraphQL */ `
query ListOrders($status: OrderStatus, $customerEmail: String, $limit: Int, $nextToken: String) {
  orders(
    status: $status
    customerEmail: $customerEmail
    limit: $limit
    nextToken: $nextToken
  ) {
    items {
      ...OrderFields
    }
    nextToken
  }
}

fragment OrderFields on Order {
  id
  customerEmail
  items {
    sku
    qty
  }
  totalAmount
  currency
  status
  nextStatuses
  version
  timeline {
    status
    at
  }
  failure {
    code
    message
  }
  cancelRequestedAt
  cancelReason
  createdAt
  updatedAt
}
` as GeneratedQuery<ListOrdersQueryVariables, ListOrdersQuery>

export const getInventory = /* GraphQL */ `
query GetInventory($skus: [String!], $limit: Int, $nextToken: String) {
  inventory(skus: $skus, limit: $limit, nextToken: $nextToken) {
    items {
      sku
      available
      updatedAt
    }
    nextToken
  }
}
` as GeneratedQuery<GetInventoryQueryVariables, GetInventoryQuery>

export const onOrderStatusChanged = /* GraphQL */ `
subscription OnOrderStatusChanged($orderId: ID, $customerEmail: String, $status: OrderStatus) {
  onOrderStatusChanged(
    orderId: $orderId
    customerEmail: $customerEmail
    status: $status
  ) {
    orderId
    customerEmail
    status
    previousStatus
    version
    at
    failure {
      code
      message
    }
  }
}
` as GeneratedSubscription<OnOrderStatusChangedSubscriptionVariables, OnOrderStatusChangedSubscription>
