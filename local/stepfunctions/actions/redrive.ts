import { text } from '../../aws/input.ts'
import type { Action } from '../../aws/service.ts'
import { redrive } from '../engine/begin.ts'
import { historyLimit } from '../engine/record.ts'
import type { States } from '../states.ts'
import type { ExecutionRecord } from '../store/records.ts'
import { notRedrivable } from './errors.ts'
import { findExecution, on, required, seconds } from './read.ts'

/** Milliseconds after its end during which an execution can be redriven. */
const redrivable = 14 * 24 * 3600 * 1000

/** What a client token stands for: which redrive, when it was first used, what was answered. */
interface Used {
  readonly key: string
  readonly at: number
  readonly answer: Promise<object>
}

/** Milliseconds during which a client token gets its first answer again, and how many of an execution are kept. */
const tokenLife = 15 * 60 * 1000
const mostTokens = 10

/**
 * SDKs send a client token of their own, the same when they ask again; API Reference, RedriveExecution. Tokens are
 * forgotten with the process.
 */
export function redriveExecution(states: States): Action {
  const used = new Map<string, Used[]>()

  async function run(arn: string): Promise<object> {
    const found = findExecution(states, arn)
    const obstacle = redriveObstacle(states, found)
    if (obstacle !== undefined) throw notRedrivable(obstacle)
    const execution = states.revive(found)
    await redrive(states.engine, execution)
    return { redriveDate: seconds(execution.redrivenAt ?? 0) }
  }

  return {
    permissions: on('RedriveExecution', 'executionArn'),
    run(input) {
      const arn = required(input, 'executionArn')
      const key = text(input, 'clientToken')
      if (key === undefined) return run(arn)
      const at = states.engine.context.clock.now()
      const known = (used.get(arn) ?? []).filter((each) => each.at + tokenLife > at)
      const again = known.find((each) => each.key === key)
      if (again) return again.answer
      const answer = run(arn)
      used.set(arn, [...known, { key, at, answer }].slice(-mostTokens))
      answer.catch(() => used.set(arn, known))
      return answer
    },
  }
}

/** Why an execution cannot be redriven, if it cannot. */
export function redriveObstacle(states: States, { id, status, stop }: ExecutionRecord): string | undefined {
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`
  if ((stop ?? 0) + redrivable < states.engine.context.clock.now())
    return 'Execution has exceeded the redrivable period of 14 days and cannot be redriven'
  if (states.read.lastEvent(id) >= historyLimit - 1)
    return 'Execution history event limit exceeded and cannot be redriven'
  return undefined
}
