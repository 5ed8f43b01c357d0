import { format } from 'node:util'
import { errorPayload, printedError } from './errors.ts'

type Send = (text: string) => void

const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const
type Level = (typeof levels)[number]

/** The request whose code is running; logs carry it. */
export const current: { requestId: string | undefined } = { requestId: undefined }

/**
 * Makes console, stdout and stderr write through `send`, one call per log event. A worker's own streams are
 * asynchronous: a line could arrive after the answer of its invocation and be taken for the next one's.
 */
export function captureOutput(send: Send): void {
  for (const stream of [process.stdout, process.stderr]) stream.write = writer(send)
  const json = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON'
  const print = json ? printJson : printText
  const methods = {
    trace: 'TRACE',
    debug: 'DEBUG',
    info: 'INFO',
    log: 'INFO',
    warn: 'WARN',
    error: 'ERROR',
  } as const
  const lowest = levels.findIndex((level) => level === process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase())
  for (const [method, level] of Object.entries({ ...methods, fatal: 'FATAL' as const })) {
    const logs = levels.indexOf(level) >= lowest
    Object.assign(console, {
      [method]: logs ? (...params: unknown[]) => send(print(level, params)) : () => undefined,
    })
  }
}

/** Prints what an invocation or the module threw, as the runtime does. */
export function logError(what: string, thrown: unknown): void {
  if (process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON')
    console.error(thrown instanceof Error ? thrown : new Error(String(thrown)))
  else console.error(what, printedError(thrown))
}

/** Raw output: one event per line. */
function writer(send: Send): typeof process.stdout.write {
  return (chunk: Uint8Array | string, encoding?: unknown, callback?: unknown): boolean => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    for (const line of text.split('\n')) if (line !== '') send(line)
    const done = typeof encoding === 'function' ? encoding : callback
    if (typeof done === 'function') queueMicrotask(() => void Reflect.apply(done, undefined, []))
    return true
  }
}

function printText(level: Level, params: unknown[]): string {
  return [new Date().toISOString(), String(current.requestId), level, format(...params)].join('\t')
}

function printJson(level: Level, params: unknown[]): string {
  const line: Record<string, unknown> = {
    timestamp: new Date().toISOString(),
    level,
    requestId: current.requestId,
  }
  line.message = params.length === 1 ? params[0] : format(...params)
  const error = params.length > 1 && params.find((param) => param instanceof Error)
  if (error) Object.assign(line, errorFields(error))
  try {
    return JSON.stringify(line, (_key, value: unknown) =>
      value instanceof Error ? errorFields(value) : value,
    )
  } catch {
    return JSON.stringify({ ...line, message: format(...params) })
  }
}

function errorFields(error: Error): object {
  const { errorMessage, trace } = errorPayload(error)
  return Object.assign({ errorType: error.constructor.name, errorMessage, stackTrace: trace }, error)
}
