import { randomUUID } from 'node:crypto'
import type { Clock } from './aws/clock.ts'
import type { CloudContext } from './aws/context.ts'
import { AwsError } from './aws/error.ts'
import type { Action, Input, Service } from './aws/service.ts'

/** What a caller needs of the cloud around it. */
interface Surroundings {
  readonly clock: Clock
  readonly authorize: CloudContext['authorize']
  readonly report: CloudContext['report']
  /** Asked at each call, so that services may be added after the caller was made. */
  readonly services: () => ReadonlyMap<string, Service>
}

/** The one way into every service: authorizes the call, runs it, and reports how it went. */
export function createCaller({ clock, authorize, report, services }: Surroundings): CloudContext['call'] {
  return async (service, action, input, principal, signal, requestId = randomUUID()) => {
    const at = clock.now()
    const started = performance.now()
    const about = { at, service, what: action, principal, input, requestId }
    try {
      const found = find(services().get(service), service, action)
      const members = input as Input
      for (const permission of found.permissions(members)) authorize(principal, permission)
      const output = await found.run(members, { principal, requestId, signal })
      report({ ...about, output, took: performance.now() - started })
      return output
    } catch (error) {
      const code = error instanceof AwsError ? error.code : 'InternalFailure'
      const message = error instanceof Error ? error.message : String(error)
      report({ ...about, error: code, message, took: performance.now() - started })
      throw error
    }
  }
}

function find(service: Service | undefined, name: string, action: string): Action {
  const found =
    service !== undefined && Object.hasOwn(service.actions, action) ? service.actions[action] : undefined
  if (found === undefined) {
    throw new AwsError('UnknownOperationException', `The operation ${action} of ${name} is not served here.`)
  }
  return found
}
