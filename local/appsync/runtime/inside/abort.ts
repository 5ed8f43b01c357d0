import { effects, facts } from './effects.ts'

/** Ends a handler at once: `util.error` and `util.unauthorized`. */
export class ErrorAbort extends Error {
  readonly errorType: unknown
  readonly data: unknown
  readonly errorInfo: unknown

  constructor(message: string, errorType: unknown, data: unknown, errorInfo: unknown) {
    super(message)
    this.errorType = errorType
    this.data = data
    this.errorInfo = errorInfo
  }
}

/** Ends a handler at once: `runtime.earlyReturn`. */
export class EarlyReturn extends Error {
  readonly value: unknown
  readonly skipTo: 'END' | 'NEXT'

  constructor(value: unknown, skipTo: 'END' | 'NEXT') {
    super('early return')
    this.value = value
    this.skipTo = skipTo
  }
}

export function error(message?: unknown, errorType?: unknown, data?: unknown, errorInfo?: unknown): never {
  throw new ErrorAbort(textOf(message), orNull(errorType), orNull(data), orNull(errorInfo))
}

export function appendError(
  message?: unknown,
  errorType?: unknown,
  data?: unknown,
  errorInfo?: unknown,
): void {
  effects.appended.push({
    message: textOf(message),
    errorType: orNull(errorType),
    data: orNull(data),
    errorInfo: orNull(errorInfo),
  })
}

export function unauthorized(): never {
  const message = `Not Authorized to access ${facts.fieldName} on type ${facts.parentTypeName}`
  throw new ErrorAbort(message, 'Unauthorized', null, null)
}

export const runtime = {
  earlyReturn(value?: unknown, options?: { skipTo?: string }): never {
    throw new EarlyReturn(value, options?.skipTo === 'END' ? 'END' : 'NEXT')
  },
}

function textOf(message: unknown): string {
  return typeof message === 'string' ? message : JSON.stringify(message ?? null)
}

function orNull(value: unknown): unknown {
  return value === undefined ? null : value
}
