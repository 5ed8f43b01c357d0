import { randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { CloudContext } from '../aws/context.ts'
import { mayLog } from './access.ts'
import type { FunctionConfiguration } from './configuration.ts'
import { environmentOf } from './environment.ts'
import { systemLog, type Status } from './logging.ts'
import type { ErrorPayload, SandboxData, SandboxMessage, ServiceMessage } from './messages.ts'
import { wireCalls, type Wire } from './wire.ts'

export interface Invocation {
  readonly id: string
  /** The event, as JSON. */
  readonly payload: string
  readonly arn: string
  readonly clientContext?: string | undefined
  /** Gets every log line of the invocation. */
  readonly onLog?: ((line: string) => void) | undefined
}

export interface Outcome {
  /** JSON: the result, or the error payload. */
  readonly payload: string
  readonly status: Status
  /** The caller's payload was no JSON; nothing ran. */
  readonly unreadable?: boolean
  /** Milliseconds. */
  readonly took: number
}

/** One worker thread that runs one invocation at a time. */
export interface Sandbox {
  invoke(invocation: Invocation): Promise<Outcome>
  /** Ends the thread at once. */
  close(): Promise<void>
}

/** AWS lets a function initialize for ten seconds that do not count. */
const initLimit = 10_000

interface Surroundings {
  readonly wire: Wire | undefined
  /** It has initialized. */
  readonly onReady: () => void
  /** Runs once when it can run no more: it is gone, by itself or closed, or took too long. */
  readonly onEnd: () => void
}

/** Starts a worker. */
export function openSandbox(
  fn: FunctionConfiguration,
  version: string,
  code: string,
  context: CloudContext,
  { wire, onReady, onEnd }: Surroundings,
): Sandbox {
  const { clock } = context
  const stream = `${new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/')}/[${version}]${randomUUID().replaceAll('-', '')}`
  const system = systemLog(fn.logging)
  const logged = mayLog(context, fn, stream)
  const calls = wireCalls(wire)
  const opened = performance.now()
  let ready = false
  let initTook: number | undefined
  let ended = false
  let left = false
  let lastError: ErrorPayload | undefined
  let running:
    | { invocation: Invocation; started: number; cancel: () => void; done: (outcome: Outcome) => void }
    | undefined

  const worker = new Worker(code, {
    eval: true,
    name: fn.name,
    argv: [],
    execArgv: [],
    env: environmentOf(fn, version, stream, context),
    resourceLimits: { maxOldGenerationSizeMb: fn.memorySize },
    workerData: {
      root: fn.codePath,
      handler: fn.handler,
      runtimeMajor: Number.parseInt(fn.runtime.slice(6)),
      runtime: import.meta.url,
      origins: wire?.origins ?? [],
    } satisfies SandboxData,
  })
  worker.on('message', onMessage)
  worker.on('error', (error: Error & { code?: string }) => {
    lastError ??=
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? {
            errorType: 'Runtime.OutOfMemory',
            errorMessage: withId('Runtime exited with error: signal: killed'),
          }
        : { errorType: error.name, errorMessage: error.message }
  })
  worker.on('exit', onExit)

  function log(line: string | undefined, at = clock.now()): void {
    if (line === undefined) return
    if (logged) context.log(fn.logging.group, stream, line, at)
    running?.invocation.onLog?.(line)
  }

  const withId = (message: string): string => `RequestId: ${running?.invocation.id ?? ''} Error: ${message}`

  const tell = (message: ServiceMessage): void => worker.postMessage(message)

  function onMessage(message: SandboxMessage): void {
    switch (message.kind) {
      case 'request':
        calls.answer(message.call, message, (answer) =>
          tell({ kind: 'answer', call: message.call, ...answer }),
        )
        return
      case 'abandoned':
        calls.abandon(message.call)
        return
      case 'log':
        log(message.text, message.at)
        return
      case 'ready':
        ready = true
        initTook = performance.now() - opened
        onReady()
        if (running) begin()
        return
      case 'initFailed':
      case 'crashed':
        lastError = message.error
        return
      case 'done':
        finish(message.payload, 'success', message.heap)
        return
      case 'failed':
        finish(message.payload, 'error', message.heap)
        return
      case 'unreadable':
        finish(message.message, 'error', 0, true)
    }
  }

  function begin(): void {
    if (!running) return
    const { invocation } = running
    running.cancel()
    running.started = performance.now()
    running.cancel = clock.at(clock.now() + fn.timeout * 1000, timeOut)
    log(system.start(invocation.id, version))
    const { id, payload, arn, clientContext } = invocation
    const remaining = fn.timeout * 1000
    const trace = traceHeader(id, clock.now(), fn.tracing)
    tell({ kind: 'invoke', id, payload, arn, remaining, trace, clientContext })
  }

  function timeOut(): void {
    if (!running) return
    const seconds = fn.timeout.toFixed(2)
    const { id } = running.invocation
    log(system.timedOut(id, seconds))
    // Before the caller hears of it: a thread that is being ended must not get the next invocation.
    leave()
    finish(
      JSON.stringify({
        errorType: 'Sandbox.Timedout',
        errorMessage: withId(`Task timed out after ${seconds} seconds`),
      }),
      'timeout',
      0,
    )
    void worker.terminate()
  }

  function onExit(exitCode: number): void {
    ended = true
    const reason =
      exitCode === 0
        ? 'Runtime exited without providing a reason'
        : `Runtime exited with error: exit status ${exitCode}`
    const error = lastError ?? { errorType: 'Runtime.ExitError', errorMessage: withId(reason) }
    finish(JSON.stringify(error), 'error', 0, false, error.errorType)
    leave()
  }

  function leave(): void {
    if (left) return
    left = true
    calls.abandonAll()
    onEnd()
  }

  function finish(
    payload: string,
    status: Status,
    heap: number,
    unreadable = false,
    errorType?: string,
  ): void {
    if (!running) return
    const { invocation, started, cancel, done } = running
    cancel()
    const took = performance.now() - started
    const requestId = invocation.id
    log(system.end(requestId))
    log(system.report({ requestId, took, initTook, memorySize: fn.memorySize, heap, status, errorType }))
    initTook = undefined
    running = undefined
    done({ payload, status, took, unreadable })
  }

  return {
    invoke(invocation) {
      return new Promise((done) => {
        const cancel = ready
          ? () => undefined
          : clock.at(clock.now() + initLimit + fn.timeout * 1000, timeOut)
        running = { invocation, started: performance.now(), cancel, done }
        if (ended) onExit(1)
        else if (ready) begin()
      })
    },
    async close() {
      await worker.terminate()
    },
  }
}

/** X-Ray's header; one trace per invocation. */
function traceHeader(id: string, now: number, tracing: FunctionConfiguration['tracing']): string {
  const hex = id.replaceAll('-', '')
  const root = `1-${Math.floor(now / 1000).toString(16)}-${hex.slice(0, 24)}`
  return `Root=${root};Parent=${hex.slice(16)};Sampled=${tracing === 'Active' ? 1 : 0}`
}
