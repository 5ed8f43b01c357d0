import { effects } from './effects.ts'

export const extensions = {
  /** There is no API cache here: nothing to evict. */
  evictFromApiCache(): void {
    return
  },
  setSubscriptionFilter(filter: unknown): void {
    effects.subscriptionFilter = filter
  },
  setSubscriptionInvalidationFilter(filter: unknown): void {
    effects.invalidationFilter = filter
  },
  invalidateSubscriptions(target: { subscriptionField: string; payload: unknown }): void {
    effects.invalidations.push({ subscriptionField: target.subscriptionField, payload: target.payload })
  },
}
