import type { CloudContext } from '../../aws/context.ts'
import { AwsError } from '../../aws/error.ts'
import type { Principal } from '../../aws/principal.ts'
import { RequestError, type DataSource, type SourceOutcome } from './dataSource.ts'
import { FunctionFailed, invokeFunction } from './invokeFunction.ts'
import { fieldsAt, isMap, onlyFields, optional, requiredString } from './request.ts'

/** Most fields that one `BatchInvoke` serves, unless `MaxBatchSize` says less. */
const largestBatch = 2_000

interface Caller {
  readonly context: CloudContext
  readonly principal: Principal
}

interface Waiting {
  readonly payload: unknown
  readonly answer: (outcome: SourceOutcome) => void
}

/** The function gets the request's payload; its answer is the result. `BatchInvoke` hands it a list of payloads. */
export function lambdaSource(
  functionArn: string,
  principal: Principal,
  context: CloudContext,
  maxBatchSize = 0,
): DataSource {
  const caller = { context, principal }
  const most = maxBatchSize || largestBatch
  /** By request. */
  const batches = new Map<string, Waiting[]>()

  /** Fields of one request that ask in the same turn are served by one call, or as many as their number takes. */
  function inBatch(payload: unknown, requestId: string): Promise<SourceOutcome> {
    return new Promise((answer) => {
      const waiting = batches.get(requestId) ?? []
      waiting.push({ payload, answer })
      if (waiting.length > 1) return
      batches.set(requestId, waiting)
      setImmediate(() => {
        batches.delete(requestId)
        for (let at = 0; at < waiting.length; at += most)
          void invokeBatch(caller, functionArn, waiting.slice(at, at + most))
      })
    })
  }

  return async (value, { call }) => {
    const request = fieldsAt(value)
    onlyFields(request, ['version', 'operation', 'invocationType', 'payload'])
    const operation = requiredString(request, 'operation')
    const invocationType = optional(request, 'invocationType', 'string') ?? 'RequestResponse'
    if (operation !== 'Invoke' && operation !== 'BatchInvoke')
      throw new RequestError(`Unsupported operation '${operation}'.`)
    if (invocationType === 'Event') return sendEvent(caller, functionArn, request.payload)
    if (invocationType !== 'RequestResponse')
      throw new RequestError(`Unsupported invocation type '${invocationType}' for field '$[invocationType]'.`)
    if (operation === 'Invoke') return invoke(caller, functionArn, request.payload)
    return inBatch(request.payload, call.requestId)
  }
}

async function invoke(caller: Caller, functionArn: string, payload: unknown): Promise<SourceOutcome> {
  try {
    return { result: await invokeFunction(caller, functionArn, payload) }
  } catch (error) {
    return failed(error)
  }
}

/** `Event`: nobody waits for the function, the field is null and no response handler runs. */
async function sendEvent(caller: Caller, functionArn: string, payload: unknown): Promise<SourceOutcome> {
  try {
    const input = {
      FunctionName: functionArn,
      InvocationType: 'Event',
      Payload: JSON.stringify(payload ?? null),
    }
    await caller.context.call('lambda', 'Invoke', input, caller.principal)
    return { result: null, skipResponse: true }
  } catch (error) {
    return failed(error)
  }
}

async function invokeBatch(caller: Caller, functionArn: string, batch: readonly Waiting[]): Promise<void> {
  const payloads = batch.map(({ payload }) => payload ?? null)
  const { result, error } = await invoke(caller, functionArn, payloads)
  const answers = Array.isArray(result) && result.length === batch.length ? (result as unknown[]) : undefined
  for (const [at, { answer }] of batch.entries()) {
    if (error) answer({ result: null, error })
    else answer(answers ? outcomeOf(answers[at]) : wrongLength(batch.length))
  }
}

/** An element is a result, or `{data, errorMessage, errorType}`. */
function outcomeOf(element: unknown): SourceOutcome {
  if (!isMap(element) || !Object.hasOwn(element, 'data')) return { result: element ?? null }
  const { data = null, errorMessage, errorType } = element
  if (typeof errorMessage !== 'string') return { result: data }
  return {
    result: data,
    error: { message: errorMessage, type: typeof errorType === 'string' ? errorType : 'Unhandled' },
  }
}

function wrongLength(expected: number): SourceOutcome {
  const message = `The function must answer a list of ${expected} elements, one for each payload.`
  return { result: null, error: { message, type: 'Lambda:IllegalArgument' } }
}

function failed(error: unknown): SourceOutcome {
  if (error instanceof FunctionFailed)
    return { result: null, error: { message: error.message, type: `Lambda:${error.errorType}` } }
  if (error instanceof AwsError)
    return { result: null, error: { message: error.message, type: `Lambda:${error.code}` } }
  throw error
}
