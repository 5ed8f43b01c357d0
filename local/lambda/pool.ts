import { AwsError } from '../aws/error.ts'
import type { CloudContext } from '../aws/context.ts'
import { runtimeCode } from './bundle.ts'
import type { FunctionConfiguration } from './configuration.ts'
import { openSandbox, type Invocation, type Outcome, type Sandbox } from './sandbox.ts'
import type { ColdStarts } from './coldStarts.ts'
import type { Wire } from './wire.ts'

/** The most sandboxes of one function, however long its callers wait. */
const most = 16
/**
 * Milliseconds a caller waits before one more sandbox is started. More help only functions that wait for something
 * themselves; where the processors are what is short, each costs memory and compiles the same code once more.
 */
const patience = { idleMachine: 200, busyMachine: 2_000 }
/** The share of the machine in use from which it is a busy one. */
const tooBusy = 0.6
/** Milliseconds after which an idle sandbox ends. */
const idleLimit = 5 * 60_000

/** The sandboxes of one function version and the invocations that wait for one. */
export interface Pool {
  invoke(invocation: Invocation): Promise<Outcome>
  /** Invocations that run or wait. */
  concurrency(): number
  /** Folders of the code that invocations run, those of the versions before included. */
  codeInUse(): readonly string[]
  /** Goes on with new code or configuration; sandboxes of the old end after what they run now. */
  update(fn: FunctionConfiguration): void
  close(): Promise<void>
}

interface PoolSurroundings {
  readonly coldStarts: ColdStarts
  /** Share of the machine in use. */
  readonly load: () => number
  readonly wire: Wire | undefined
}

interface Waiting {
  readonly invocation: Invocation
  readonly since: number
  readonly done: (outcome: Promise<Outcome>) => void
}

export function createPool(
  first: FunctionConfiguration,
  version: string,
  context: CloudContext,
  { coldStarts, load, wire }: PoolSurroundings,
): Pool {
  const { clock } = context
  let fn = first
  let code: string | undefined
  let closed = false
  let cancelGrowth: (() => void) | undefined
  let cancelSweep: (() => void) | undefined
  const waiting: Waiting[] = []
  const sandboxes = new Map<Sandbox, FunctionConfiguration>()
  const busy = new Set<Sandbox>()
  /** The most recently used one last; it is taken first, so that the others can end. */
  const idle: { sandbox: Sandbox; since: number }[] = []

  /** Undefined: enough of them start already; the queue is served once there is room. */
  function start(): Sandbox | undefined {
    const done = coldStarts.begin(serve)
    if (!done) return undefined
    const mine = fn
    const onEnd = (): void => {
      done()
      sandboxes.delete(sandbox)
      forget(sandbox)
      serve()
    }
    const sandbox = openSandbox(mine, version, code ?? '', context, { wire, onReady: done, onEnd })
    sandboxes.set(sandbox, mine)
    return sandbox
  }

  function forget(sandbox: Sandbox): void {
    const at = idle.findIndex((each) => each.sandbox === sandbox)
    if (at >= 0) idle.splice(at, 1)
  }

  function current(): number {
    let count = 0
    for (const owner of sandboxes.values()) if (owner === fn) count++
    return count
  }

  function serve(grow = false): void {
    if (code === undefined || closed) return
    while (waiting.length > 0) {
      const sandbox = idle.pop()?.sandbox ?? (current() === 0 || grow ? start() : undefined)
      grow = false
      if (!sandbox) break
      run(sandbox)
    }
    if (waiting[0])
      cancelGrowth ??= clock.at(
        Math.max(waiting[0].since + patience.idleMachine, clock.now() + patience.idleMachine / 2),
        outgrow,
      )
  }

  function run(sandbox: Sandbox): void {
    const next = waiting.shift()
    if (!next) return
    busy.add(sandbox)
    const outcome = sandbox.invoke(next.invocation)
    next.done(outcome)
    void outcome.then(() => {
      busy.delete(sandbox)
      release(sandbox)
    })
  }

  function release(sandbox: Sandbox): void {
    const owner = sandboxes.get(sandbox)
    if (owner === undefined) return
    if (owner === fn) {
      idle.push({ sandbox, since: clock.now() })
      cancelSweep ??= clock.at(clock.now() + idleLimit, sweep)
    } else void sandbox.close()
    serve()
  }

  /** Somebody waited long. */
  function outgrow(): void {
    cancelGrowth = undefined
    const waited = waiting[0] ? clock.now() - waiting[0].since : 0
    const enough = load() < tooBusy ? patience.idleMachine : patience.busyMachine
    serve(waited >= enough && current() < most)
  }

  function sweep(): void {
    cancelSweep = undefined
    const due = clock.now() - idleLimit
    for (const { sandbox, since } of [...idle]) if (since <= due) end(sandbox)
    if (idle[0]) cancelSweep = clock.at(idle[0].since + idleLimit, sweep)
  }

  function end(sandbox: Sandbox): void {
    forget(sandbox)
    void sandbox.close()
  }

  void runtimeCode().then((bundle) => {
    code = bundle
    serve()
  })

  const pool: Pool = {
    concurrency: () => busy.size + waiting.length,
    codeInUse: () => [...busy].flatMap((sandbox) => sandboxes.get(sandbox)?.codePath ?? []),
    invoke(invocation) {
      if (closed) throw stopped()
      if (fn.reservedConcurrency !== undefined && pool.concurrency() >= fn.reservedConcurrency)
        throw rateExceeded()
      return new Promise((done) => {
        waiting.push({ invocation, since: clock.now(), done })
        serve()
      })
    },
    update(next) {
      fn = next
      for (const { sandbox } of [...idle]) end(sandbox)
      serve()
    },
    async close() {
      closed = true
      cancelGrowth?.()
      cancelSweep?.()
      for (const { done } of waiting.splice(0)) done(Promise.reject(stopped()))
      await Promise.all([...sandboxes.keys()].map((sandbox) => sandbox.close()))
    },
  }
  return pool
}

function stopped(): AwsError {
  return new AwsError('ServiceException', 'The function was stopped.', { status: 500 })
}

function rateExceeded(): AwsError {
  const Reason = 'ReservedFunctionConcurrentInvocationLimitExceeded'
  return new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
    status: 429,
    members: { Reason, Type: 'User' },
  })
}
