/** What the API accepts; `schema.graphql` tells clients the same numbers. */
export const limits = {
  /** A ULID has so many characters. */
  orderId: 26,
  email: 254,
  lines: 50,
  qty: 1_000,
  sku: 64,
  /** In major units. */
  totalAmount: 1_000_000,
  paymentMethod: 255,
  idempotencyKeyLeast: 16,
  idempotencyKeyMost: 64,
  idempotencyKeyDays: 30,
  cancelReason: 500,
  page: 100,
  pageWhenAbsent: 20,
  skusPerQuery: 100,
  stock: 1_000_000_000,
}
