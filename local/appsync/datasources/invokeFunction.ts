import type { CloudContext } from '../../aws/context.ts'
import type { Principal } from '../../aws/principal.ts'
import { isMap } from './request.ts'

/** A function's own failure, as Lambda reports it in the payload. */
export class FunctionFailed extends Error {
  readonly errorType: string

  constructor(errorType: string, message: string) {
    super(message)
    this.name = 'FunctionFailed'
    this.errorType = errorType
  }
}

/** Invokes a function and waits for its answer. Throws FunctionFailed when the function did, AwsError when the call did. */
export async function invokeFunction(
  { context, principal }: { context: CloudContext; principal: Principal },
  functionArn: string,
  payload: unknown,
): Promise<unknown> {
  const input = {
    FunctionName: functionArn,
    InvocationType: 'RequestResponse',
    Payload: JSON.stringify(payload ?? null),
  }
  const output = await context.call('lambda', 'Invoke', input, principal)
  const { FunctionError, Payload } = isMap(output) ? output : {}
  const answer = parsePayload(Payload)
  if (FunctionError === undefined) return answer
  const { errorMessage } = isMap(answer) ? answer : {}
  throw new FunctionFailed(textOf(FunctionError), textOf(errorMessage ?? null))
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Lambda's payload is text, or bytes when it came over a wire. */
function parsePayload(payload: unknown): unknown {
  const text = payload instanceof Uint8Array ? Buffer.from(payload).toString() : payload
  return typeof text === 'string' && text !== '' ? (JSON.parse(text) as unknown) : null
}
