import type { ErrorPayload } from '../messages.ts'

/** An error that the runtime, not the function, raises; its name becomes the errorType. */
export function runtimeError(name: string, message: string, stack?: string): Error {
  const error = new Error(message)
  error.name = `Runtime.${name}`
  if (stack !== undefined) error.stack = stack
  return error
}

/** The payload a caller gets, as aws-lambda-nodejs-runtime-interface-client writes it. */
export function errorPayload(thrown: unknown): ErrorPayload {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] }
  return {
    errorType: thrown.name,
    errorMessage: thrown.message,
    trace: typeof thrown.stack === 'string' ? thrown.stack.split('\n') : [],
  }
}

/** How the runtime prints an error behind `Invoke Error` in text logs. */
export function printedError(thrown: unknown): string {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  try {
    return `\t${JSON.stringify(error, (_key, value: unknown) => (value instanceof Error ? withFields(value) : value))}`
  } catch {
    return `\t${JSON.stringify(errorPayload(error))}`
  }
}

function withFields(error: Error): object {
  const fields: Record<string, unknown> = { errorType: error.name, errorMessage: error.message }
  if ('code' in error) fields.code = error.code
  Object.assign(fields, error)
  if (typeof error.stack === 'string') fields.stack = error.stack.split('\n')
  return fields
}
