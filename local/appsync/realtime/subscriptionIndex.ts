import { holds, valueAt, type Filter } from './filter.ts'
import type { Subscription } from './subscription.ts'

interface Entry {
  readonly subscription: Subscription
  /** Conditions that the bucket does not answer. */
  readonly rest: readonly Filter[]
}

/** Alternatives that test equality of the same fields, by the values they ask for. */
interface Shelf {
  readonly paths: readonly (readonly string[])[]
  readonly buckets: Map<string, Set<Entry>>
}

/**
 * The subscriptions of one field, found by what they ask to be equal: thousands that each watch an id of their own
 * cost one look-up per event.
 */
export class SubscriptionIndex {
  readonly #shelves = new Map<string, Shelf>()
  readonly #places = new Map<Subscription, { shelf: string; bucket: string; entry: Entry }[]>()

  get all(): Iterable<Subscription> {
    return this.#places.keys()
  }

  add(subscription: Subscription): void {
    this.#places.set(
      subscription,
      subscription.filter.map((filters) => this.#shelve(subscription, filters)),
    )
  }

  #shelve(
    subscription: Subscription,
    filters: readonly Filter[],
  ): { shelf: string; bucket: string; entry: Entry } {
    const equal = filters
      .filter(({ operator }) => operator === 'eq')
      .sort((a, b) => (a.path.join('.') < b.path.join('.') ? -1 : 1))
    const paths = equal.map(({ path }) => path)
    const shelfKey = JSON.stringify(paths)
    const shelf = this.#shelves.get(shelfKey) ?? { paths, buckets: new Map<string, Set<Entry>>() }
    this.#shelves.set(shelfKey, shelf)
    const bucketKey = keyOf(equal.map(({ value }) => value))
    const bucket = shelf.buckets.get(bucketKey) ?? new Set<Entry>()
    shelf.buckets.set(bucketKey, bucket)
    const entry = { subscription, rest: filters.filter(({ operator }) => operator !== 'eq') }
    bucket.add(entry)
    return { shelf: shelfKey, bucket: bucketKey, entry }
  }

  remove(subscription: Subscription): void {
    for (const place of this.#places.get(subscription) ?? []) {
      const buckets = this.#shelves.get(place.shelf)?.buckets
      const bucket = buckets?.get(place.bucket)
      bucket?.delete(place.entry)
      if (bucket?.size === 0) buckets?.delete(place.bucket)
      if (buckets?.size === 0) this.#shelves.delete(place.shelf)
    }
    this.#places.delete(subscription)
  }

  /** Those whose filter lets the payload through, each once. */
  matching(payload: unknown): Set<Subscription> {
    const found = new Set<Subscription>()
    for (const { paths, buckets } of this.#shelves.values()) {
      const bucket = buckets.get(keyOf(paths.map((path) => valueAt(payload, path))))
      for (const { subscription, rest } of bucket ?? []) {
        if (Array.isArray(payload) && subscription.filteredByResolver) continue
        if (rest.every((filter) => holds(filter, payload))) found.add(subscription)
      }
    }
    return found
  }
}

const keyOf = (values: readonly unknown[]): string => JSON.stringify(values.map((value) => value ?? null))
