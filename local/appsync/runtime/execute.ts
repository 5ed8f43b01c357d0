import { RequestError, type DataSource, type SourceOutcome } from '../datasources/dataSource.ts'
import type { FieldOutcome, FieldResolver } from '../resolver.ts'
import { Aborted, beginRun, type Answer, type Moving, type Run } from './run.ts'
import type { Handlers } from './sandbox.ts'

/** Handlers around a data source: a unit resolver, or one function of a pipeline. */
export interface Step {
  readonly handlers: Handlers
  readonly source: DataSource
  /** Says where a page token belongs: a token of one step is refused by every other. */
  readonly scope: string
}

/** request, data source, response. `earlyReturn` in the request is the field's value. */
export function unitResolver(step: Step): FieldResolver {
  return resolving(async (run) => (await takeStep(run, step, {})).value)
}

/** The resolver's own request, each function in turn, the resolver's own response. */
export function pipelineResolver(own: Handlers, functions: readonly Step[]): FieldResolver {
  return resolving(async (run) => {
    let last: Answer = run.handle(own, 'request', {})
    if (last.early === undefined)
      for (const step of functions) {
        last = await takeStep(run, step, { prev: { result: last.value } })
        if (last.early === 'END') break
      }
    return run.handle(own, 'response', { prev: { result: last.value }, result: last.value }).value
  })
}

async function takeStep(run: Run, { handlers, source, scope }: Step, before: Moving): Promise<Answer> {
  const request = run.handle(handlers, 'request', before)
  if (request.early !== undefined) return request
  const outcome: SourceOutcome = await source(request.value, { call: run.call, scope })
  if (outcome.skipResponse) return { value: outcome.result }
  const { result, error } = outcome
  return run.handle(handlers, 'response', { ...before, result, ...(error && { error }) })
}

function resolving(work: (run: Run) => Promise<unknown>): FieldResolver {
  return async (call): Promise<FieldOutcome> => {
    const run = beginRun(call)
    try {
      return run.finish(await work(run))
    } catch (thrown) {
      if (thrown instanceof Aborted) return run.abort(thrown.error)
      if (thrown instanceof RequestError) {
        return run.abort({
          message: thrown.message,
          errorType: thrown.errorType,
          data: null,
          errorInfo: null,
        })
      }
      throw thrown
    }
  }
}
