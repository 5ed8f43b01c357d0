import { SignatureV4 } from '@smithy/signature-v4'
import type { Failure } from '../model/order.ts'
import type { OrderStatus } from '../model/status.ts'
import { setting } from './environment.ts'
import { Sha256 } from './sha256.ts'

/** One change of status, as subscribers see it. */
export interface StatusEvent {
  orderId: string
  customerEmail: string
  status: OrderStatus
  previousStatus: OrderStatus | null
  version: number
  /** ISO 8601. */
  at: string
  failure: Failure | null
}

/** Selects every field: subscribers get only what this mutation selects. Never aliased, never several in one request. */
const mutation = /* GraphQL */ `
  mutation PublishOrderStatus($event: OrderStatusEventInput!) {
    publishOrderStatus(event: $event) {
      orderId
      customerEmail
      status
      previousStatus
      version
      at
      failure {
        code
        message
      }
    }
  }
`

const signer = new SignatureV4({
  service: 'appsync',
  region: setting('AWS_REGION'),
  sha256: Sha256,
  credentials: {
    accessKeyId: setting('AWS_ACCESS_KEY_ID'),
    secretAccessKey: setting('AWS_SECRET_ACCESS_KEY'),
    sessionToken: setting('AWS_SESSION_TOKEN'),
  },
})

/** Publishes one event through AppSync as this function's role; throws unless AppSync took it without an error. */
export async function publishOrderStatus(event: StatusEvent): Promise<void> {
  const url = new URL(setting('GRAPHQL_URL'))
  const body = JSON.stringify({ query: mutation, variables: { event } })
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    port: url.port === '' ? undefined : Number(url.port),
    path: url.pathname,
    query: {},
    headers: { host: url.host, 'content-type': 'application/json' },
    body,
  })
  const response = await fetch(url, { method: 'POST', headers, body })
  const answer = (await response.json().catch(() => ({}))) as {
    data?: unknown
    errors?: { message?: string }[]
  }
  const trouble = answer.errors?.map(({ message }) => message).join('; ')
  if (!response.ok || trouble !== undefined) {
    throw new Error(
      `AppSync did not publish order '${event.orderId}': ${trouble ?? `HTTP ${response.status}`}`,
    )
  }
}
