import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'undici'
import { AwsError } from '../../aws/error.ts'
import { findDynoxide } from './binary.ts'
import { startChild } from './child.ts'
import type { Child, ChildFiles } from './child.ts'
import { NoAnswer, exchange, openPool } from './exchange.ts'

/** The program that keeps the items. Speaks DynamoDB's JSON protocol. */
export interface Backend {
  start(): Promise<void>
  /** `target` as in X-Amz-Target. Rejects with AwsError. */
  send(target: string, input: object): Promise<object>
  /** The process that serves the database, when it is ours. */
  readonly pid: number | undefined
  stop(): Promise<void>
}

/** Milliseconds a request waits for the database to come back before it fails. */
const patience = 10_000
/** Milliseconds before the first, second, … restart in a row. */
const backoff = [0, 50, 200, 1_000, 5_000]

const readOnly = /\.(Get|BatchGet|TransactGet|Query|Scan|Describe|List)/

/** A DynamoDB that somebody else runs. */
export function foreignBackend(endpoint: string): Backend {
  const pool = openPool(new URL(endpoint).origin)
  return {
    pid: undefined,
    async start() {
      await exchange(pool, 'DynamoDB_20120810.ListTables', '{}').catch((error: unknown) => {
        if (error instanceof NoAnswer) throw new Error(`No DynamoDB answers at ${endpoint}.`)
        throw error
      })
    },
    async send(target, input) {
      return await exchange(pool, target, JSON.stringify(input)).catch((error: unknown) => {
        throw error instanceof NoAnswer ? gone() : error
      })
    },
    stop: () => pool.destroy(),
  }
}

/**
 * dynoxide as a child process, started again whenever it ends by itself; `onStart` runs before it is used. Requests
 * that cannot have been seen by a dead child wait for the next one, and so do reads; a write that may have been
 * seen fails with InternalServerError, which on AWS too means "unknown, try again".
 */
export function dynoxideBackend(
  files: ChildFiles,
  on: { start(): void; restart(lastWords: string): void },
): Backend {
  let child: Child | undefined
  let pool: Promise<Pool> | undefined
  let stopping = false
  let failures = 0

  async function open(): Promise<Pool> {
    const started = await startChild(findDynoxide(), files)
    child = started
    on.start()
    const opened = openPool(started.origin)
    void started.ended.then((lastWords) => {
      void opened.destroy()
      if (!stopping) reopen(lastWords)
    })
    return opened
  }

  function reopen(lastWords: string): void {
    const wait = backoff[Math.min(failures++, backoff.length - 1)] ?? 0
    pool = delay(wait, undefined, { ref: false }).then(open)
    pool.then(
      () => on.restart(lastWords),
      (error: unknown) => {
        if (!stopping) reopen(String(error))
      },
    )
  }

  return {
    get pid() {
      return child?.pid
    },
    async start() {
      pool ??= open()
      await pool
    },
    async send(target, input) {
      const body = JSON.stringify(input)
      const deadline = Date.now() + patience
      for (;;) {
        try {
          if (!pool) throw gone()
          const answer = await exchange(await pool, target, body)
          failures = 0
          return answer
        } catch (error) {
          if (error instanceof AwsError) throw error
          const repeatable = !(error instanceof NoAnswer) || !error.sent || readOnly.test(target)
          if (stopping || !repeatable || Date.now() > deadline) throw gone()
          await delay(10)
        }
      }
    },
    async stop() {
      stopping = true
      const opened = await pool?.catch(() => undefined)
      await child?.stop()
      await opened?.destroy()
    },
  }
}

function gone(): AwsError {
  return new AwsError(
    'InternalServerError',
    'The request processing has failed because of an internal error.',
    {
      status: 500,
    },
  )
}
