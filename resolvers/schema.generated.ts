export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  AWSDateTime: { input: string; output: string; }
};

export type CreateOrderInput = {
  /** ISO 4217; USD when absent. */
  currency?: InputMaybe<Scalars['String']['input']>;
  customerEmail: Scalars['String']['input'];
  /** 16 to 64 characters of the caller's own, valid 30 days. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  items: Array<OrderLineInput>;
  /** The payment provider's token, never a card number. */
  paymentMethod?: InputMaybe<Scalars['String']['input']>;
  /** At most two decimals. */
  totalAmount: Scalars['Float']['input'];
};

export type Failure = {
  /** For programs, e.g. PaymentDeclined, OutOfStock. */
  code: Scalars['String']['output'];
  /** For people. */
  message: Scalars['String']['output'];
};

export type FailureInput = {
  code: Scalars['String']['input'];
  message: Scalars['String']['input'];
};

export type Mutation = {
  /** Asks for an order to be cancelled: it ends CANCELLED unless it is closed, or being undone for another reason, by then. */
  cancelOrder: Maybe<Order>;
  /** Accepts an order and starts its saga. The same idempotencyKey with the same content answers with the first order. */
  createOrder: Maybe<Order>;
  /** Tells the subscribers of one change of status. Called by push-status alone. */
  publishOrderStatus: Maybe<OrderStatusEvent>;
  /** Tries the undo of an order in NEEDS_ATTENTION again, once its cause is mended. */
  retryOrder: Maybe<Order>;
  /** Sets a stock level; with `expected`, only if that is the level now. */
  setStock: Maybe<Stock>;
};


export type MutationCancelOrderArgs = {
  id: Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
};


export type MutationCreateOrderArgs = {
  input: CreateOrderInput;
};


export type MutationPublishOrderStatusArgs = {
  event: OrderStatusEventInput;
};


export type MutationRetryOrderArgs = {
  id: Scalars['ID']['input'];
};


export type MutationSetStockArgs = {
  available: Scalars['Int']['input'];
  expected?: InputMaybe<Scalars['Int']['input']>;
  sku: Scalars['String']['input'];
};

export type Order = {
  cancelReason: Maybe<Scalars['String']['output']>;
  cancelRequestedAt: Maybe<Scalars['AWSDateTime']['output']>;
  createdAt: Scalars['AWSDateTime']['output'];
  /** ISO 4217. */
  currency: Scalars['String']['output'];
  /** In lower case. */
  customerEmail: Scalars['String']['output'];
  /** Why the order is undone; null when it was not, or was cancelled. */
  failure: Maybe<Failure>;
  id: Scalars['ID']['output'];
  items: Array<OrderLine>;
  /** Where the order can go from here; empty when it is closed. */
  nextStatuses: Array<OrderStatus>;
  status: OrderStatus;
  /** Each status the order had, oldest first: entry n came with version n. */
  timeline: Array<TimelineEntry>;
  totalAmount: Scalars['Float']['output'];
  updatedAt: Scalars['AWSDateTime']['output'];
  /** 1 when NEW; grows by one with each change of status and with nothing else. */
  version: Scalars['Int']['output'];
};

export type OrderLine = {
  qty: Scalars['Int']['output'];
  sku: Scalars['String']['output'];
};

export type OrderLineInput = {
  qty: Scalars['Int']['input'];
  sku: Scalars['String']['input'];
};

export type OrderPage = {
  items: Array<Order>;
  nextToken: Maybe<Scalars['String']['output']>;
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

export type OrderStatusEvent = {
  at: Scalars['AWSDateTime']['output'];
  customerEmail: Scalars['String']['output'];
  failure: Maybe<Failure>;
  orderId: Scalars['ID']['output'];
  /** Null for the first status. */
  previousStatus: Maybe<OrderStatus>;
  status: OrderStatus;
  version: Scalars['Int']['output'];
};

export type OrderStatusEventInput = {
  at: Scalars['AWSDateTime']['input'];
  customerEmail: Scalars['String']['input'];
  failure?: InputMaybe<FailureInput>;
  orderId: Scalars['ID']['input'];
  previousStatus?: InputMaybe<OrderStatus>;
  status: OrderStatus;
  version: Scalars['Int']['input'];
};

export type Query = {
  /** What is in stock: of these skus (at most 100), or page by page of all. */
  inventory: Maybe<StockPage>;
  /** One order, read consistently; null when the id is unknown. */
  order: Maybe<Order>;
  /** Newest first. A page may be short; only a null nextToken ends the list. limit: 1 to 100, 20 when absent. */
  orders: Maybe<OrderPage>;
};


export type QueryInventoryArgs = {
  limit?: InputMaybe<Scalars['Int']['input']>;
  nextToken?: InputMaybe<Scalars['String']['input']>;
  skus?: InputMaybe<Array<Scalars['String']['input']>>;
};


export type QueryOrderArgs = {
  id: Scalars['ID']['input'];
};


export type QueryOrdersArgs = {
  customerEmail?: InputMaybe<Scalars['String']['input']>;
  limit?: InputMaybe<Scalars['Int']['input']>;
  nextToken?: InputMaybe<Scalars['String']['input']>;
  status?: InputMaybe<OrderStatus>;
};

export type Stock = {
  available: Scalars['Int']['output'];
  sku: Scalars['String']['output'];
  updatedAt: Scalars['AWSDateTime']['output'];
};

export type StockPage = {
  items: Array<Stock>;
  nextToken: Maybe<Scalars['String']['output']>;
};

export type Subscription = {
  /** Every change of status that fits the arguments; an absent or null argument fits all. */
  onOrderStatusChanged: Maybe<OrderStatusEvent>;
};


export type SubscriptionOnOrderStatusChangedArgs = {
  customerEmail?: InputMaybe<Scalars['String']['input']>;
  orderId?: InputMaybe<Scalars['ID']['input']>;
  status?: InputMaybe<OrderStatus>;
};

export type TimelineEntry = {
  at: Scalars['AWSDateTime']['output'];
  status: OrderStatus;
};
