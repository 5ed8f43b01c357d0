/** What a provider knows of a payment. `prepared`: nothing was charged so far, but it may be. */
export type ProviderState = 'prepared' | 'charged' | 'declined' | 'voided' | 'refunded'

/** What is to be paid. */
export interface PaymentRequest {
  /** Ours, one per order: the same key always names the same payment. */
  key: string
  /** In minor units. */
  amount: number
  currency: string
  /** The customer's payment method, a token of the provider; absent: the provider's default. */
  method?: string | undefined
}

/**
 * A payment provider, as the saga needs one (Stripe: create, confirm, retrieve, cancel and refund a PaymentIntent).
 * Every call may be repeated; one that fails or is aborted leaves the outcome unknown, and `find` tells.
 */
export interface PaymentProvider {
  /** Stored with the payment, so that it is settled where it was begun. */
  readonly name: string
  /** Registers the payment and answers the provider's id of it, the same for the same key. Moves no money. */
  prepare(payment: PaymentRequest, signal: AbortSignal): Promise<string>
  /** Takes the money, at most once under this id; answers how the payment stands then. */
  charge(id: string, signal: AbortSignal): Promise<ProviderState>
  /** How the payment stands. */
  find(id: string, signal: AbortSignal): Promise<ProviderState>
  /** From its answer `voided` on nothing can be charged under this id; or it answers `charged`. */
  void(id: string, signal: AbortSignal): Promise<ProviderState>
  /** Gives the money back, at most once under this id. */
  refund(id: string, signal: AbortSignal): Promise<void>
}
