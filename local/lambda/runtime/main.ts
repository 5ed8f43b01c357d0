/** Runs inside a worker thread: the counterpart of Lambda's Node.js runtime. */
import { getHeapStatistics } from 'node:v8'
import { parentPort, workerData } from 'node:worker_threads'
import type { InvokeRequest, SandboxData, SandboxMessage, ServiceMessage } from '../messages.ts'
import { captureOutput, current, logError } from './console.ts'
import { errorPayload, runtimeError } from './errors.ts'
import { isolateModules } from './modules.ts'
import { loadHandler, type Handler } from './load.ts'
import { callByMessage } from './wire/index.ts'

const port = parentPort
if (!port) throw new Error('runs in a worker thread only')
const { root, handler: handlerName, runtimeMajor, runtime, origins } = workerData as SandboxData
const send = (message: SandboxMessage): void => port.postMessage(message)

process.cwd = () => root
captureOutput((text) => send({ kind: 'log', at: Date.now(), text }))
process.on('uncaughtException', (error) => crash('Uncaught Exception', error, 129))
process.on('unhandledRejection', (reason) => {
  const error = runtimeError(
    'UnhandledPromiseRejection',
    String(reason),
    reason instanceof Error ? reason.stack : undefined,
  )
  crash('Unhandled Promise Rejection', error, 128)
})

function crash(what: string, error: Error, code: number): void {
  logError(what, error)
  send({ kind: 'crashed', error: errorPayload(error) })
  process.exit(code)
}

function contextOf(request: InvokeRequest): object {
  const deadline = performance.now() + request.remaining
  const { env } = process
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext:
      request.clientContext === undefined ? undefined : (JSON.parse(request.clientContext) as unknown),
    identity: undefined,
    invokedFunctionArn: request.arn,
    awsRequestId: request.id,
    tenantId: undefined,
    xRayTraceId: request.trace,
    getRemainingTimeInMillis: () => Math.floor(deadline - performance.now()),
  }
}

/** Before Node.js 24 a handler may answer by callback, and what it returns counts only when it is a promise. */
function callLegacy(handler: Handler, event: unknown, context: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const callback = (error: unknown, result?: unknown): void => {
      if (error === null || error === undefined) resolve(result)
      else if (error instanceof Error) reject(error)
      else reject(new Error(typeof error === 'string' ? error : JSON.stringify(error)))
    }
    const returned = handler(event, context, callback)
    if (returned instanceof Promise) returned.then(resolve, reject)
    else if (handler.length < 3) resolve(null)
  })
}

function stringify(result: unknown): string {
  try {
    const text = JSON.stringify(result === undefined ? null : result) as string | undefined
    if (text !== undefined) return text
  } catch {
    // falls through to the error the runtime gives
  }
  throw runtimeError('JSONStringifyError', 'Unable to stringify response body')
}

function parse(request: InvokeRequest): { event: unknown } | undefined {
  try {
    return { event: JSON.parse(request.payload) as unknown }
  } catch (error) {
    send({
      kind: 'unreadable',
      id: request.id,
      message: error instanceof Error ? error.message : String(error),
    })
    return undefined
  }
}

async function invoke(handler: Handler, request: InvokeRequest): Promise<void> {
  const parsed = parse(request)
  if (!parsed) return
  current.requestId = request.id
  process.env._X_AMZN_TRACE_ID = request.trace
  const { id } = request
  try {
    const context = contextOf(request)
    const result = await (runtimeMajor >= 24
      ? handler(parsed.event, context)
      : callLegacy(handler, parsed.event, context))
    send({ kind: 'done', id, payload: stringify(result), heap: getHeapStatistics().total_heap_size })
  } catch (error) {
    logError('Invoke Error', error)
    send({
      kind: 'failed',
      id,
      payload: JSON.stringify(errorPayload(error)),
      heap: getHeapStatistics().total_heap_size,
    })
  }
}

async function run(listen: (listener: (message: ServiceMessage) => void) => void): Promise<void> {
  try {
    isolateModules(root, runtime)
    const answered = callByMessage(origins, send)
    const handler = await loadHandler(root, handlerName, runtimeMajor)
    listen((message) => {
      if (message.kind === 'invoke') void invoke(handler, message)
      else answered(message.call, message)
    })
    send({ kind: 'ready' })
  } catch (error) {
    logError('Uncaught Exception', error)
    send({ kind: 'initFailed', error: errorPayload(error) })
    process.exit(1)
  }
}

void run((listener) => port.on('message', listener))
