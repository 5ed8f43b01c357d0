import type { FieldCall, FieldOutcome, ResolverError } from '../resolver.ts'
import { addResponseHeaders } from './responseHeaders.ts'
import { withoutResponseOnly } from './responseOnly.ts'
import type { HandlerOutcome, Handlers } from './sandbox.ts'

/** What a handler sees in `ctx` beyond what is the same for the whole run. */
export interface Moving {
  readonly prev?: { result: unknown }
  readonly result?: unknown
  readonly error?: { message: string; type: string }
}

/** Ends a run with an error; never leaves the resolver. */
export class Aborted extends Error {
  readonly error: ResolverError

  constructor(error: ResolverError) {
    super(error.message)
    this.error = error
  }
}

/** One field being resolved: its stash and what its handlers left behind. */
export interface Run {
  readonly call: FieldCall
  /** Runs a handler; throws Aborted for util.error, util.unauthorized and exceptions. */
  handle(handlers: Handlers, phase: keyof Handlers, moving: Moving): Answer
  finish(value: unknown): FieldOutcome
  abort(error: ResolverError): FieldOutcome
}

/** A handler's value, and where `runtime.earlyReturn` asked to go on. */
export interface Answer {
  readonly value: unknown
  readonly early?: 'END' | 'NEXT'
}

export function beginRun(call: FieldCall): Run {
  const { fieldName, parentTypeName } = call.info
  const about = JSON.stringify({ authType: call.authType, fieldName, parentTypeName })
  const stable = stableContext(call)
  let stash: object = {}
  const appended: ResolverError[] = []
  const responseHeaders: Record<string, string> = {}
  const invalidations: { subscriptionField: string; payload: unknown }[] = []
  const logs: { level: string; message: string }[] = []
  let filters: { subscriptionFilter?: unknown; invalidationFilter?: unknown } = {}

  function absorb(outcome: HandlerOutcome): void {
    stash = outcome.stash
    appended.push(...outcome.appended)
    logs.push(...outcome.logs)
    invalidations.push(...outcome.invalidations)
    if (outcome.headers.length > 0) appended.push(...addResponseHeaders(responseHeaders, outcome.headers))
    const { subscriptionFilter, invalidationFilter } = outcome
    if (subscriptionFilter !== undefined) filters = { ...filters, subscriptionFilter }
    if (invalidationFilter !== undefined) filters = { ...filters, invalidationFilter }
  }

  const left = (): Omit<FieldOutcome, 'value'> => ({
    appended,
    responseHeaders,
    invalidations,
    logs,
    ...filters,
  })

  return {
    call,
    handle(handlers, phase, moving) {
      const changing = JSON.stringify({ stash, outErrors: appended, ...moving })
      const answered = handlers[phase](about, stable, changing)
      const outcome = phase === 'request' ? withoutResponseOnly(answered) : answered
      absorb(outcome)
      switch (outcome.kind) {
        case 'value':
          return { value: outcome.value ?? null }
        case 'early':
          return { value: outcome.value ?? null, early: outcome.skipTo }
        case 'error':
          throw new Aborted(outcome.error)
        case 'exception':
          throw new Aborted(codeError(outcome.message))
      }
    },
    finish: (value) => ({ value, ...left() }),
    abort: (error) => ({ value: null, error, ...left() }),
  }
}

function codeError(message: string): ResolverError {
  return { message, errorType: 'Code', data: null, errorInfo: null }
}

/** The part of `ctx` that stays, as JSON. AppSync keeps cookies to itself. */
function stableContext(call: FieldCall): string {
  const { arguments: args, identity, source, request, info, env } = call
  const headers = { ...request.headers }
  delete headers.cookie
  return JSON.stringify({
    arguments: args,
    identity: identity ?? null,
    source: source ?? null,
    request: { headers, domainName: request.domainName },
    info,
    env,
  })
}
