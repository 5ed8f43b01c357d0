import type { HandlerOutcome } from './sandbox.ts'

/**
 * What a request handler did, without that which AppSync takes from response handlers only; a line in the log tells.
 * https://docs.aws.amazon.com/appsync/latest/devguide/extensions-js.html
 */
export function withoutResponseOnly(outcome: HandlerOutcome): HandlerOutcome {
  const { subscriptionFilter, invalidationFilter, ...rest } = outcome
  const ignored = [
    ...(subscriptionFilter === undefined ? [] : ['setSubscriptionFilter']),
    ...(invalidationFilter === undefined ? [] : ['setSubscriptionInvalidationFilter']),
    ...(outcome.invalidations.length === 0 ? [] : ['invalidateSubscriptions']),
  ]
  if (ignored.length === 0) return outcome
  const warnings = ignored.map((name) => ({
    level: 'WARN',
    message: `extensions.${name} in a request handler is ignored, as AppSync does`,
  }))
  return { ...rest, invalidations: [], logs: [...outcome.logs, ...warnings] }
}
