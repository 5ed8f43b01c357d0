import type { Logging } from './configuration.ts'

export type Status = 'success' | 'error' | 'timeout'

export interface Report {
  readonly requestId: string
  /** Milliseconds. */
  readonly took: number
  /** Milliseconds; only of the first invocation of a sandbox. */
  readonly initTook?: number | undefined
  readonly memorySize: number
  /** Bytes. */
  readonly heap: number
  readonly status: Status
  readonly errorType?: string | undefined
}

/** The lines that Lambda itself writes around an invocation, in the function's log format. */
export interface SystemLog {
  start(requestId: string, version: string): string | undefined
  end(requestId: string): string | undefined
  report(report: Report): string | undefined
  timedOut(requestId: string, seconds: string): string | undefined
}

const text: SystemLog = {
  start: (requestId, version) => `START RequestId: ${requestId} Version: ${version}`,
  end: (requestId) => `END RequestId: ${requestId}`,
  timedOut: (requestId, seconds) =>
    `${new Date().toISOString()} ${requestId} Task timed out after ${seconds} seconds`,
  report({ requestId, took, initTook, memorySize, heap, status, errorType }) {
    const parts = [
      `REPORT RequestId: ${requestId}`,
      `Duration: ${took.toFixed(2)} ms`,
      `Billed Duration: ${Math.ceil(took + (initTook ?? 0))} ms`,
      `Memory Size: ${memorySize} MB`,
      `Max Memory Used: ${megabytes(heap)} MB`,
    ]
    if (initTook !== undefined) parts.push(`Init Duration: ${initTook.toFixed(2)} ms`)
    if (status === 'timeout') parts.push('Status: timeout')
    if (errorType?.startsWith('Runtime.')) parts.push('Status: error', `Error Type: ${errorType}`)
    return parts.join('\t')
  },
}

const json: SystemLog = {
  start: (requestId, version) => platform('start', { requestId, version }),
  end: () => undefined,
  timedOut: () => undefined,
  report: ({ requestId, took, initTook, memorySize, heap, status, errorType }) =>
    platform('report', {
      requestId,
      metrics: {
        durationMs: Number(took.toFixed(3)),
        billedDurationMs: Math.ceil(took + (initTook ?? 0)),
        memorySizeMB: memorySize,
        maxMemoryUsedMB: megabytes(heap),
        ...(initTook === undefined ? {} : { initDurationMs: Number(initTook.toFixed(3)) }),
      },
      status,
      ...(errorType === undefined ? {} : { errorType }),
    }),
}

const silent: SystemLog = {
  start: () => undefined,
  end: () => undefined,
  timedOut: () => undefined,
  report: () => undefined,
}

/** START and REPORT are of level INFO: a higher SystemLogLevel drops them. */
export function systemLog({ format, systemLevel }: Logging): SystemLog {
  if (format === 'Text') return text
  return systemLevel === 'WARN' ? silent : json
}

function platform(type: string, record: object): string {
  return JSON.stringify({ time: new Date().toISOString(), type: `platform.${type}`, record })
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20)
}
