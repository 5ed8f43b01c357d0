import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { CloudContext } from '../../aws/context.ts'
import { operator } from '../../aws/principal.ts'
import type { Action, Service } from '../../aws/service.ts'
import { fakeClock, settle, type FakeClock } from '../../testing/clock.ts'
import { testContext, testPlace, type TestContext } from '../../testing/context.ts'
import { createStepFunctions, type ExecutionStatusChange, type Options } from '../index.ts'

export type Answer = (input: Readonly<Record<string, unknown>>) => unknown

/** What the tasks of a test call, as `service:Action`, e.g. `sqs:SendMessage`. */
export type Backends = Readonly<Record<string, Answer>>

export interface HistoryEvent {
  readonly id: number
  readonly previousEventId: number
  readonly timestamp: number
  readonly type: string
  readonly [details: string]: unknown
}

export interface World {
  readonly clock: FakeClock
  readonly context: TestContext
  readonly changes: ExecutionStatusChange[]
  service(): Service
  call(action: string, input?: object): Promise<Readonly<Record<string, unknown>>>
  /** Deploys machines by name, in place of those before. */
  deploy(definitions: Readonly<Record<string, object | string>>, properties?: object): Promise<void>
  start(machine: string, input?: unknown, name?: string): Promise<string>
  describe(arn: string): Promise<Readonly<Record<string, unknown>>>
  history(arn: string): Promise<HistoryEvent[]>
  /** As `describe`, once all that can happen without time passing has happened. */
  settled(arn: string): Promise<Readonly<Record<string, unknown>>>
  /** Rows of a table that are on disk. */
  stored(table: string): number
  /** Starts the service anew on what of its data is on disk at this moment, as after a kill. */
  crash(): Promise<void>
  close(): void
}

export const role = 'arn:aws:iam::000000000000:role/machine'

export function machineArn(name: string): string {
  return `arn:aws:states:us-east-1:000000000000:stateMachine:${name}`
}

/** Step Functions alone on a clock that the test moves; what its tasks call are the given functions. */
export async function world(backends: Backends = {}, options: Options = {}, data?: string): Promise<World> {
  const clock = fakeClock()
  const changes: ExecutionStatusChange[] = []
  const context = testContext({
    clock,
    ...(data !== undefined && { data }),
    services: () => [current, ...others(backends)],
  })
  const folders = [context.data]
  let current = create()
  let deployed: Readonly<Record<string, object | string>> = {}
  let withProperties: object = {}

  function create(): Service {
    const own: CloudContext = { ...context, data: folders.at(-1) ?? context.data }
    return createStepFunctions(own, { onStatusChange: (change) => void changes.push(change), ...options })
  }

  const made: World = {
    clock,
    context,
    changes,
    service: () => current,
    async call(action, input = {}) {
      return (await context.call('states', action, input, operator)) as Readonly<Record<string, unknown>>
    },
    async deploy(definitions, properties = {}) {
      deployed = definitions
      withProperties = properties
      const type = current.resourceTypes['AWS::StepFunctions::StateMachine']
      await current.deploy(
        Object.entries(definitions).map(([name, definition]) => {
          const all = {
            StateMachineName: name,
            RoleArn: role,
            DefinitionString: asText(definition),
            ...properties,
          }
          const property = (each: string): unknown => (all as Readonly<Record<string, unknown>>)[each]
          const id = { stack: 'Test', logicalId: name, property }
          const identity = type?.identify(id, testPlace) ?? { ref: '', attributes: {} }
          return { ...id, ...identity, type: 'AWS::StepFunctions::StateMachine', properties: all }
        }),
      )
    },
    async start(machine, input = {}, name) {
      const request = { stateMachineArn: machineArn(machine), input: JSON.stringify(input), name }
      return String((await made.call('StartExecution', request)).executionArn)
    },
    describe: (executionArn) => made.call('DescribeExecution', { executionArn }),
    async history(executionArn) {
      const { events } = await made.call('GetExecutionHistory', { executionArn, maxResults: 1000 })
      return events as HistoryEvent[]
    },
    async settled(arn) {
      for (let seen = -1; seen !== context.activities.length;) {
        seen = context.activities.length
        await settle()
      }
      return made.describe(arn)
    },
    stored(table) {
      const db = new DatabaseSync(join(folders.at(-1) ?? '', 'states.db'), { readOnly: true })
      const rows = Number(db.prepare(`SELECT COUNT(*) AS rows FROM ${table}`).get()?.rows)
      db.close()
      return rows
    },
    async crash() {
      const before = current
      const image = mkdtempSync(join(tmpdir(), 'cloud-'))
      cpSync(folders.at(-1) ?? '', image, { recursive: true })
      folders.push(image)
      current = create()
      void before.stop?.()
      await made.deploy(deployed, withProperties)
      await current.start?.()
    },
    close() {
      void current.stop?.()
      context.cleanup()
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
    },
  }
  await current.start?.()
  return made
}

function asText(definition: object | string): string {
  return typeof definition === 'string'
    ? definition
    : JSON.stringify({ QueryLanguage: 'JSONata', ...definition })
}

function others(backends: Backends): Service[] {
  const names = new Set(Object.keys(backends).map((each) => each.split(':')[0] ?? ''))
  return [...names].map((name) => ({
    name,
    actions: Object.fromEntries(
      Object.entries(backends)
        .filter(([each]) => each.startsWith(`${name}:`))
        .map(([each, answer]) => [each.slice(name.length + 1), action(answer)]),
    ),
    resourceTypes: {},
    deploy: () => Promise.resolve(),
  }))
}

function action(answer: Answer): Action {
  return { permissions: () => [], run: async (input) => (await answer(input)) as object }
}

/** A function's answer as Lambda's Invoke gives it. */
export function payload(value: unknown): object {
  return { StatusCode: 200, ExecutedVersion: '$LATEST', Payload: JSON.stringify(value) }
}

/** What Invoke answers for a function that threw. */
export function thrown(errorType: string, errorMessage = ''): object {
  const error = JSON.stringify({ errorType, errorMessage })
  return { StatusCode: 200, ExecutedVersion: '$LATEST', FunctionError: 'Unhandled', Payload: error }
}
