import type { CloudContext } from '../aws/context.ts'
import { AwsError } from '../aws/error.ts'
import type { EventBridgeEvent } from './event.ts'
import { deliveriesOf, type Rule } from './rules.ts'
import type { EventsStore, PendingDelivery } from './store.ts'

/** The event buses and the rules on them. */
export interface Buses {
  declare(buses: readonly string[], rules: readonly Rule[]): void
  has(bus: string): boolean
  rules(bus: string): readonly Rule[]
  all(): readonly Rule[]
  /** Throws ResourceNotFoundException. */
  rule(bus: string, name: string): Rule
  isEnabled(rule: Rule): boolean
  setEnabled(rule: Rule, enabled: boolean): void
  /** Keeps what the rules of a bus make of the events, then begins to deliver it. */
  publish(bus: string, events: readonly EventBridgeEvent[]): void
}

export function createBuses(
  context: CloudContext,
  store: EventsStore,
  begin: (pending: readonly PendingDelivery[]) => void,
): Buses {
  let buses = new Set(['default'])
  let rules: readonly Rule[] = []

  function trigger(rule: Rule, event: EventBridgeEvent): PendingDelivery[] {
    const dimensions = { RuleName: rule.name }
    const at = context.clock.now()
    for (const name of ['MatchedEvents', 'TriggeredRules'])
      context.metric({ namespace: 'AWS/Events', name, dimensions, value: 1, unit: 'Count', at })
    context.report({ at, service: 'events', what: 'RuleTriggered', subject: rule.name, input: event })
    return deliveriesOf(context, rule, event)
  }

  const self: Buses = {
    declare(nextBuses, nextRules) {
      buses = new Set(['default', ...nextBuses])
      rules = nextRules
      for (const rule of rules)
        if (!buses.has(rule.bus)) throw new Error(`${rule.arn}: Event bus ${rule.bus} does not exist.`)
    },
    has: (bus) => buses.has(bus),
    rules: (bus) => rules.filter((rule) => rule.bus === bus),
    all: () => rules,
    rule(bus, name) {
      const found = rules.find((rule) => rule.bus === bus && rule.name === name)
      if (found) return found
      throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus}.`)
    },
    isEnabled: (rule) => store.enabled(rule.arn, rule.declaredEnabled),
    setEnabled: (rule, enabled) => store.saveEnabled(rule.arn, rule.declaredEnabled, enabled),
    publish(bus, events) {
      const pending = events.flatMap((event) =>
        self
          .rules(bus)
          .filter((rule) => rule.matches(event) && self.isEnabled(rule))
          .flatMap((rule) => trigger(rule, event)),
      )
      if (pending.length === 0) return
      store.add(pending)
      begin(pending)
    },
  }
  return self
}
