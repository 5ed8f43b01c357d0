import { AwsError } from '../../aws/error.ts'
import type { Action, Input } from '../../aws/service.ts'
import type { CloudContext } from '../../aws/context.ts'
import type { Functions } from '../functions.ts'
import { functionArn, parseFunctionName, type FunctionName } from '../name.ts'

/** Takes an asynchronous event once it will not be lost any more. */
export type Accept = (name: FunctionName, payload: string, requestId: string) => void

const limits = { RequestResponse: 6_291_456, Event: 1_048_576, DryRun: 6_291_456 }
const tailBytes = 4096

export function invoke(context: CloudContext, functions: Functions, accept: Accept): Action {
  return {
    permissions(input) {
      const name = nameOf(input)
      if (!name) return [{ action: 'lambda:InvokeFunction', resource: '*' }]
      const resource = functionArn(context.place, name)
      return [{ action: 'lambda:InvokeFunction', resource, resourcePolicy: functions.policy(name.name) }]
    },
    async run(input, { requestId }) {
      const name = parseFunctionName(input.FunctionName, input.Qualifier)
      const { version } = functions.resolve(name)
      const type = invocationType(input.InvocationType)
      const payload = readPayload(input.Payload, type)
      if (type === 'DryRun') return { StatusCode: 204, ExecutedVersion: version }
      if (type === 'Event') {
        assertJson(payload)
        accept(name, payload, requestId)
        return { StatusCode: 202, Payload: '' }
      }
      const lines: string[] = []
      const tail = input.LogType === 'Tail'
      const answer = await functions.invoke(name, payload, {
        requestId,
        clientContext: readClientContext(input.ClientContext),
        ...(tail ? { onLog: (line: string) => void lines.push(line) } : {}),
      })
      return {
        StatusCode: 200,
        Payload: answer.payload,
        ExecutedVersion: answer.version,
        ...(answer.functionError ? { FunctionError: answer.functionError } : {}),
        ...(tail
          ? {
              LogResult: Buffer.from(`${lines.join('\n')}\n`)
                .subarray(-tailBytes)
                .toString('base64'),
            }
          : {}),
      }
    },
  }
}

function nameOf(input: Input): FunctionName | undefined {
  try {
    return parseFunctionName(input.FunctionName, input.Qualifier)
  } catch {
    return undefined
  }
}

function invocationType(given: unknown): keyof typeof limits {
  if (given === undefined) return 'RequestResponse'
  if (given === 'RequestResponse' || given === 'Event' || given === 'DryRun') return given
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${JSON.stringify(given)}' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, DryRun, RequestResponse]`,
  )
}

function readPayload(given: unknown, type: keyof typeof limits): string {
  const payload = given instanceof Uint8Array ? Buffer.from(given).toString() : given
  if (payload === undefined || payload === '') return '{}'
  if (typeof payload !== 'string')
    throw new AwsError('InvalidRequestContentException', 'Payload must be a JSON string')
  const bytes = payload.length * 3 > limits[type] ? Buffer.byteLength(payload) : 0
  if (bytes > limits[type])
    throw new AwsError(
      'RequestEntityTooLargeException',
      `${bytes} byte payload is too large for the ${type} invocation type (limit ${limits[type]} bytes)`,
      { status: 413 },
    )
  return payload
}

function assertJson(payload: string): void {
  try {
    JSON.parse(payload)
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${String(error)}`,
    )
  }
}

function readClientContext(given: unknown): string | undefined {
  if (typeof given !== 'string') return undefined
  const text = Buffer.from(given, 'base64').toString()
  try {
    JSON.parse(text)
    return text
  } catch {
    throw new AwsError(
      'InvalidRequestContentException',
      'Client context must be a valid Base64-encoded JSON object.',
    )
  }
}
