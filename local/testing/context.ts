import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import type { Activity } from '../aws/activity.ts'
import { systemClock, type Clock } from '../aws/clock.ts'
import type { CloudContext, MetricDatum } from '../aws/context.ts'
import { AwsError } from '../aws/error.ts'
import type { Place } from '../aws/place.ts'
import type { Input, Service } from '../aws/service.ts'

export interface LogLine {
  readonly group: string
  readonly stream: string
  readonly message: string
  readonly at: number
}

export interface TestContext extends CloudContext {
  /** All that was reported, calls included, oldest first. */
  readonly activities: Activity[]
  readonly metrics: MetricDatum[]
  readonly logs: LogLine[]
  /** Removes the data folder, unless it was handed in. */
  cleanup(): void
}

export const testPlace: Place = {
  partition: 'aws',
  region: 'us-east-1',
  account: '000000000000',
  awsEndpoint: 'http://127.0.0.1:4566',
  appsyncEndpoint: 'http://127.0.0.1:4000',
}

/** A cloud of just the given services, in which every call is allowed. */
export function testContext(
  options: { services?: () => readonly Service[]; clock?: Clock; data?: string } = {},
): TestContext {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'cloud-'))
  const clock = options.clock ?? systemClock
  const activities: Activity[] = []
  const metrics: MetricDatum[] = []
  const logs: LogLine[] = []

  return {
    place: testPlace,
    clock,
    data,
    activities,
    metrics,
    logs,
    async call(service, action, input, principal, signal) {
      const found = options.services?.().find((each) => each.name === service)?.actions[action]
      if (!found) throw new AwsError('UnknownOperationException', `${service}:${action} is not served here`)
      const about = { service, what: action, principal, input }
      try {
        const output = await found.run(input as Input, { principal, requestId: randomUUID(), signal })
        activities.push({ at: clock.now(), ...about, output })
        return output
      } catch (error) {
        activities.push({ at: clock.now(), ...about, error: error instanceof AwsError ? error.code : 'bug' })
        throw error
      }
    },
    authorize: () => undefined,
    credentials: (roleArn) => ({ accessKeyId: `key of ${roleArn}`, secretAccessKey: 'secret' }),
    report: (activity) => void activities.push(activity),
    log: (group, stream, message, at) => void logs.push({ group, stream, message, at }),
    metric: (datum) => void metrics.push(datum),
    asset: () => undefined,
    where: () => undefined,
    cleanup: () => {
      if (options.data === undefined) rmSync(data, { recursive: true, force: true })
    },
  }
}
