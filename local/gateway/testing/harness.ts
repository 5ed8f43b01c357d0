import { AwsError } from '../../aws/error.ts'
import { operator } from '../../aws/principal.ts'
import type { Action, Input, Service } from '../../aws/service.ts'
import { listenOnLoopback } from '../../http/index.ts'
import { createGateway } from '../index.ts'
import type { Gateway, GatewayParts } from '../index.ts'

/** Answers, by `service:Action`; an error is thrown. */
export type Answers = Readonly<Record<string, object>>

export interface RunningGateway extends Gateway {
  readonly endpoint: string
  /** What `call` got, oldest first. */
  readonly calls: { service: string; action: string; input: Input }[]
  readonly bugs: unknown[]
  /** For every SDK client. */
  readonly client: {
    endpoint: string
    region: string
    credentials: { accessKeyId: string; secretAccessKey: string }
  }
  readonly close: () => Promise<void>
}

const running: RunningGateway[] = []

export async function closeGateways(): Promise<void> {
  await Promise.all(running.splice(0).map(({ close }) => close()))
}

/** A gateway on a free port before services that only give these answers; lives until `closeGateways`. */
export async function gateway(answers: Answers, parts: Partial<GatewayParts> = {}): Promise<RunningGateway> {
  const calls: RunningGateway['calls'] = []
  const bugs: unknown[] = []
  const created = createGateway({
    services: stubs(answers),
    authenticate: () => operator,
    call(service, action, input) {
      calls.push({ service, action, input: input as Input })
      const answer = answers[`${service}:${action}`]
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
    },
    onBug: (error) => bugs.push(error),
    ...parts,
  })
  const { origin, close } = await listenOnLoopback(created.listener, 0)
  const client = {
    endpoint: origin,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    maxAttempts: 1,
  }
  const started = { ...created, endpoint: origin, calls, bugs, client, close }
  running.push(started)
  return started
}

function stubs(answers: Answers): Service[] {
  const actions = new Map<string, Record<string, Action>>()
  for (const key of Object.keys(answers)) {
    const [service = '', action = ''] = key.split(':')
    const stub: Action = {
      permissions: () => [],
      run: () => {
        throw new AwsError('Unused', 'The harness answers itself.')
      },
    }
    actions.set(service, { ...actions.get(service), [action]: stub })
  }
  return [...actions].map(([name, each]) => ({
    name,
    actions: each,
    resourceTypes: {},
    deploy: () => Promise.resolve(),
  }))
}
