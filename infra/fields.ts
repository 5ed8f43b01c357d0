/** A data source of the API, by its name. */
export type SourceName = 'Orders' | 'Inventory' | 'Idempotency' | 'Saga' | 'None'

/** One function of a pipeline: its file in resolvers/, without `.ts`, and where its request goes. */
export type PipelineStep = readonly [file: string, source: SourceName]

/** Every root field of the schema. The file of a field bears its name; a pipeline's functions stand beside it. */
export const fields: Readonly<Record<string, SourceName | readonly PipelineStep[]>> = {
  'Query.order': 'Orders',
  'Query.orders': [
    ['Query.orders.page', 'Orders'],
    ['Query.orders.read', 'Orders'],
  ],
  'Query.inventory': 'Inventory',
  'Mutation.createOrder': [
    ['Mutation.createOrder.write', 'Orders'],
    ['Mutation.createOrder.key', 'Idempotency'],
    ['Mutation.createOrder.original', 'Orders'],
    ['Mutation.createOrder.start', 'Saga'],
  ],
  'Mutation.cancelOrder': 'Orders',
  'Mutation.retryOrder': [
    ['Mutation.retryOrder.fence', 'Orders'],
    ['Mutation.retryOrder.start', 'Saga'],
  ],
  'Mutation.setStock': 'Inventory',
  'Mutation.publishOrderStatus': 'None',
  'Subscription.onOrderStatusChanged': 'None',
}

/** Every file that becomes a resolver or a pipeline function, without `.ts`. */
export const resolverFiles = Object.entries(fields).flatMap(([field, source]) =>
  typeof source === 'string' ? [field] : [field, ...source.map(([file]) => file)],
)
