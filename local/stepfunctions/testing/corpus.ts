import { readdirSync, readFileSync } from 'node:fs'
import { AwsError } from '../../aws/error.ts'
import { payload, thrown, world, type Backends, type HistoryEvent } from './world.ts'

/** What a task's call answers; the last answer holds for all further calls. */
type FixtureAnswer =
  | { readonly payload: unknown }
  | { readonly thrown: string; readonly message?: string }
  | { readonly fails: string; readonly message: string; readonly status?: number }
  | { readonly hangs: true }
  | { readonly answers: object }

type Happening =
  | { readonly advance: number }
  | { readonly success: unknown }
  | { readonly failure: { readonly error?: string; readonly cause?: string } }
  | { readonly heartbeat: true }

/** A small machine with what AWS makes of it. */
export interface Fixture {
  /** Where the facts come from. */
  readonly from: string
  readonly definition: object
  readonly input?: unknown
  /** [0, 1) for retries and `$random()`. */
  readonly random?: number
  /** By `service:Action`, in the order of the calls. */
  readonly tasks?: Readonly<Record<string, readonly FixtureAnswer[]>>
  /** After the start: seconds that pass, and answers to the latest task token. */
  readonly then?: readonly Happening[]
  readonly status: string
  readonly output?: unknown
  readonly error?: string
  /** A regular expression. */
  readonly cause?: string
  /** `<previousEventId> <type>`, in order. */
  readonly history?: readonly string[]
  /** By event id: members its details must have. JSON texts may be written as JSON. */
  readonly details?: Readonly<Record<string, object>>
  /** By `service:Action`: members the calls must have had. */
  readonly requests?: Readonly<Record<string, readonly object[]>>
  /** Seconds after the start at which each event happened, in order. */
  readonly times?: readonly number[]
}

const folder = new URL('../fixtures/', import.meta.url)

export function fixtures(): [name: string, fixture: Fixture][] {
  const files = readdirSync(folder).filter((each) => each.endsWith('.json'))
  return files.map((file) => [
    file.slice(0, -5),
    JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fixture,
  ])
}

export interface Outcome {
  readonly description: Readonly<Record<string, unknown>>
  readonly events: readonly HistoryEvent[]
  readonly requests: Readonly<Record<string, readonly object[]>>
  readonly start: number
}

/** Runs the machine to the end of what the fixture lets happen. */
export async function play(fixture: Fixture): Promise<Outcome> {
  const requests: Record<string, object[]> = {}
  const tokens: string[] = []
  const { random } = fixture
  const w = await world(
    backends(fixture, requests, tokens),
    random === undefined ? {} : { random: () => random },
  )
  try {
    await w.deploy({ machine: fixture.definition })
    const start = w.clock.now()
    const arn = await w.start('machine', fixture.input ?? {}, 'one')
    await w.settled(arn)
    for (const each of fixture.then ?? []) {
      const taskToken = tokens.at(-1)
      if ('advance' in each) await w.clock.advance(each.advance * 1000)
      else if ('success' in each)
        await w.call('SendTaskSuccess', { taskToken, output: JSON.stringify(each.success) })
      else if ('failure' in each) await w.call('SendTaskFailure', { taskToken, ...each.failure })
      else await w.call('SendTaskHeartbeat', { taskToken })
      await w.settled(arn)
    }
    return { description: await w.settled(arn), events: await w.history(arn), requests, start }
  } finally {
    w.close()
  }
}

function backends(fixture: Fixture, requests: Record<string, object[]>, tokens: string[]): Backends {
  const named = Object.entries(fixture.tasks ?? {})
  return Object.fromEntries(
    named.map(([name, answers]) => [
      name,
      (input: Readonly<Record<string, unknown>>) => {
        const calls = (requests[name] ??= [])
        calls.push(input)
        const token = /TOKEN:([\w-]+)/.exec(JSON.stringify(input))?.[1]
        if (token !== undefined) tokens.push(token)
        return give(answers[Math.min(calls.length, answers.length) - 1])
      },
    ]),
  )
}

function give(answer: FixtureAnswer | undefined): unknown {
  if (!answer) throw new Error('no answer written')
  if ('payload' in answer) return payload(answer.payload)
  if ('thrown' in answer) return thrown(answer.thrown, answer.message)
  if ('fails' in answer) throw new AwsError(answer.fails, answer.message, { status: answer.status ?? 400 })
  if ('hangs' in answer) return new Promise(() => undefined)
  return answer.answers
}

/** JSON in a text, for comparison by value. */
export function opened(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value) as unknown
  } catch {
    return value
  }
}

/** The details of an event, whatever they are called, texts of JSON opened. */
export function detailsOf(event: HistoryEvent | undefined): Readonly<Record<string, unknown>> {
  const found = Object.entries(event ?? {}).find(([name]) => name.endsWith('EventDetails'))?.[1] ?? {}
  return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, opened(value)]))
}
