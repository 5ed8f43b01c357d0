import type { CloudContext } from '../../aws/context.ts'
import { AwsError } from '../../aws/error.ts'
import type { Principal } from '../../aws/principal.ts'
import { RequestError, type DataSource, type SourceOutcome } from './dataSource.ts'
import { FunctionFailed, invokeFunction } from './invokeFunction.ts'
import { fieldsAt, isMap, onlyFields, optional, requiredString } from './request.ts'

/** Most fields that one `BatchInvoke` serves. */
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
export function lambdaSource(functionArn: string, principal: Principal, context: CloudContext): DataSource {
  const caller = { context, principal }
  let waiting: Waiting[] = []

  /** Fields that ask in the same turn are served by one call. */
  function inBatch(payload: unknown): Promise<SourceOutcome> {
    return new Promise((answer) => {
      waiting.push({ payload, answer })
      if (waiting.length > 1) return
      setImmediate(() => {
        const all = waiting
        waiting = []
        for (let at = 0; at < all.length; at += largestBatch)
          void invokeBatch(caller, functionArn, all.slice(at, at + largestBatch))
      })
    })
  }

  return async (value) => {
    const request = fieldsAt(value)
    onlyFields(request, ['version', 'operation', 'invocationType', 'payload'])
    const operation = requiredString(request, 'operation')
    const invocationType = optional(request, 'invocationType', 'string') ?? 'RequestResponse'
    if (operation !== 'Invoke' && operation !== 'BatchInvoke')
      throw new RequestError(`Unsupported operation '${operation}'.`)
    if (invocationType === 'Event') return sendEvent(caller, functionArn, request.payload)
    if (invocationType !== 'RequestResponse')
      throw new RequestError(`Unsupported invocation type '${invocationType}' for field '$[invocationType]'.`)
    return operation === 'Invoke' ? invoke(caller, functionArn, request.payload) : inBatch(request.payload)
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
