import type { CloudContext } from '../../aws/context.ts'
import type { Api } from '../api.ts'
import type { Run } from '../query/run.ts'
import { passes } from './filter.ts'
import { payloadOf } from './payload.ts'
import type { Subscription } from './subscription.ts'
import { SubscriptionIndex } from './subscriptionIndex.ts'

/** Bytes a pushed payload may have; AppSync drops longer ones. */
const longestPayload = 240 * 1024

/** All live subscriptions, and the pushing to them. */
export class Hub {
  readonly #context: CloudContext
  /** By field of the Subscription type. */
  readonly #fields = new Map<string, SubscriptionIndex>()

  constructor(context: CloudContext) {
    this.#context = context
  }

  add(subscription: Subscription): void {
    const index = this.#fields.get(subscription.field) ?? new SubscriptionIndex()
    this.#fields.set(subscription.field, index)
    index.add(subscription)
    this.#report('subscribe', subscription.field, {})
  }

  remove(subscription: Subscription): void {
    this.#fields.get(subscription.field)?.remove(subscription)
  }

  /** Pushes what a finished mutation published, then ends the subscriptions it invalidated. */
  publish(run: Run): void {
    for (const { mutation, value } of run.publications)
      for (const field of run.api.subscribers.get(mutation) ?? []) this.#push(run.api, field, value)
    for (const { subscriptionField, payload } of run.invalidations)
      for (const each of [...(this.#fields.get(subscriptionField)?.all ?? [])])
        if (each.invalidation && passes(each.invalidation, payload)) each.end()
  }

  #push(api: Api, field: string, value: unknown): void {
    const matching = this.#fields.get(field)?.matching(value) ?? new Set<Subscription>()
    const payloads = new Map<string, string | undefined>()
    for (const subscription of matching) {
      const key = subscription.selectionKey
      if (!payloads.has(key)) payloads.set(key, this.#payload(api, subscription, value))
      const payload = payloads.get(key)
      if (payload !== undefined)
        subscription.send(`{"id":${JSON.stringify(subscription.id)},"type":"data","payload":${payload}}`)
    }
    if (matching.size > 0)
      this.#report('publish', field, {
        input: Object(value) as object,
        output: { subscribers: matching.size },
      })
  }

  #payload(api: Api, subscription: Subscription, value: unknown): string | undefined {
    const payload = JSON.stringify(payloadOf(api, this.#context, subscription, value))
    if (Buffer.byteLength(payload) <= longestPayload) return payload
    this.#report('not published', subscription.field, { error: 'the payload is longer than 240 KB' })
    return undefined
  }

  #report(what: string, field: string, more: { input?: object; output?: object; error?: string }): void {
    this.#context.report({
      at: this.#context.clock.now(),
      service: 'appsync',
      what,
      subject: `Subscription.${field}`,
      ...more,
    })
  }
}
