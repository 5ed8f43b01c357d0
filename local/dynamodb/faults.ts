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
  /** A call is held back until this settles. */
  readonly until?: Promise<unknown>
  /** All of this befalls the answer, not the call: it is carried out first; `error` comes instead of its answer. */
  readonly after?: boolean
  /** How many calls it lets go by first. */
  readonly skip?: number
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
  /**
   * Rejects with the AwsError of the first fault that meets this call; answers what is to befall its answer, if
   * anything is: to be awaited when the call was carried out, and rejecting with what comes instead.
   */
  meet(action: string, input: Input, tables: readonly string[]): Promise<(() => Promise<void>) | undefined>
}

export function createFaults(): Faults {
  const active = new Set<{ fault: Fault; skip: number; left: number; random: () => number }>()
  return {
    get any() {
      return active.size > 0
    },
    inject(fault) {
      const { skip = 0, times = Infinity, seed = 1 } = fault
      const entry = { fault, skip, left: times, random: randomFrom(seed) }
      active.add(entry)
      return () => void active.delete(entry)
    },
    clear: () => active.clear(),
    async meet(action, input, tables) {
      const afterwards: Fault[] = []
      for (const entry of active) {
        const { fault } = entry
        if (fault.action !== undefined && fault.action !== action) continue
        if (fault.table !== undefined && !tables.includes(fault.table)) continue
        if (fault.probability !== undefined && entry.random() >= fault.probability) continue
        if (entry.skip-- > 0) continue
        if (--entry.left <= 0) active.delete(entry)
        if (fault.after === true) afterwards.push(fault)
        else await befall(fault, action, input)
      }
      if (afterwards.length === 0) return undefined
      return async () => {
        for (const fault of afterwards) await befall(fault, action, input)
      }
    },
  }
}

async function befall({ latencyMs, until, error }: Fault, action: string, input: Input): Promise<void> {
  if (latencyMs !== undefined) await delay(latencyMs)
  await until
  if (error !== undefined) throw asAws(error, action, input)
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
