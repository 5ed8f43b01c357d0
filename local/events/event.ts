import { randomUUID } from 'node:crypto'
import type { Place } from '../aws/place.ts'

/** An event as EventBridge writes it. */
export interface EventBridgeEvent {
  readonly version: '0'
  readonly id: string
  readonly 'detail-type': string
  readonly source: string
  readonly account: string
  /** ISO 8601, whole seconds. */
  readonly time: string
  readonly region: string
  readonly resources: readonly string[]
  readonly detail: unknown
}

export interface ServiceEvent {
  /** `aws.states`, … */
  readonly source: string
  readonly detailType: string
  readonly detail: object
  readonly resources: readonly string[]
}

export function newEvent(
  place: Place,
  at: number,
  { source, detailType, detail, resources }: Omit<ServiceEvent, 'detail'> & { detail: unknown },
): EventBridgeEvent {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source,
    account: place.account,
    time: `${new Date(at).toISOString().slice(0, 19)}Z`,
    region: place.region,
    resources,
    detail,
  }
}
