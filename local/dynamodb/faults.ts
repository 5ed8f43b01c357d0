import { setTimeout as delay } from 'node:timers/promises'
import { AwsError } from '../aws/error.ts'
import { records } from '../aws/input.ts'
import type { Input } from '../aws/service.ts'

/** An error AWS answers under load; what it is called depends on the operation it meets. */
export type FaultError =
  | 'TransactionConflict'
  | 'ProvisionedThroughputExceededException'
  | 'ThrottlingException'
  | 'RequestLimitExceeded'
  | 'InternalServerError'

/** What a test wants to happen to some calls. Without `times` and `probability` it meets every call. */
export interface Fault {
  /** API action, e.g. `PutItem`; absent: all. */
  readonly action?: string
  /** Table name; absent: all. */
  readonly table?: string
  readonly error?: FaultError
  /** Milliseconds a call is held back, before it is run or fails. */
  readonly latencyMs?: number
  /** The call is carried out and its answer lost: `error` comes instead. */
  readonly after?: boolean
  /** How many calls it meets at most. */
  readonly times?: number
  /** Share of calls it meets, 0 to 1, drawn from `seed`. */
  readonly probability?: number
  readonly seed?: number
}

export interface Faults {
  /** Whether there is any; asked before `meet` for speed. */
  readonly any: boolean
  /** The answer takes the fault away again. */
  inject(fault: Fault): () => void
  clear(): void
  /** Rejects with the AwsError of the first fault that meets this call; answers what is to come instead of its answer. */
  meet(action: string, input: Input, tables: readonly string[]): Promise<AwsError | undefined>
}

export function createFaults(): Faults {
  const active = new Set<{ fault: Fault; left: number; random: () => number }>()
  return {
    get any() {
      return active.size > 0
    },
    inject(fault) {
      const entry = { fault, left: fault.times ?? Infinity, random: randomFrom(fault.seed ?? 1) }
      active.add(entry)
      return () => void active.delete(entry)
    },
    clear: () => active.clear(),
    async meet(action, input, tables) {
      let instead: AwsError | undefined
      for (const entry of active) {
        const { fault } = entry
        if (fault.action !== undefined && fault.action !== action) continue
        if (fault.table !== undefined && !tables.includes(fault.table)) continue
        if (fault.probability !== undefined && entry.random() >= fault.probability) continue
        if (--entry.left <= 0) active.delete(entry)
        if (fault.latencyMs !== undefined) await delay(fault.latencyMs)
        if (fault.error === undefined) continue
        const error = asAws(fault.error, action, input)
        if (fault.after !== true) throw error
        instead ??= error
      }
      return instead
    },
  }
}

function asAws(error: FaultError, action: string, input: Input): AwsError {
  switch (error) {
    case 'TransactionConflict':
      return transactionConflict(action, input)
    case 'ProvisionedThroughputExceededException':
      return new AwsError(
        error,
        'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
      )
    case 'ThrottlingException':
      return new AwsError(error, 'Rate of requests exceeds the allowed throughput.')
    case 'RequestLimitExceeded':
      return new AwsError(error, 'Throughput exceeds the current throughput limit for your account.')
    case 'InternalServerError':
      return new AwsError(error, 'The request processing has failed because of an internal error.', {
        status: 500,
      })
  }
}

/** A transaction that loses is cancelled with a reason per item; a single write that loses gets an exception of its own. */
function transactionConflict(action: string, input: Input): AwsError {
  const conflict = 'Transaction is ongoing for the item'
  if (!action.startsWith('Transact')) return new AwsError('TransactionConflictException', conflict)
  const items = records(input.TransactItems)
  const codes = items.map((_, index) => (index === 0 ? 'TransactionConflict' : 'None'))
  const reasons = codes.map((Code) => (Code === 'None' ? { Code } : { Code, Message: conflict }))
  return new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    { members: { CancellationReasons: reasons } },
  )
}

/** Mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
