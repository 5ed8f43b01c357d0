import { randomUUID } from 'node:crypto'
import type { CloudContext } from '../../aws/context.ts'
import type { Principal } from '../../aws/principal.ts'
import { isObject, type Json, type JsonObject } from '../json.ts'
import { operation, sdkServices, type Resource } from '../language/resource.ts'
import { StateError } from '../stateError.ts'
import { optimisedFailure, sdkFailure } from './errors.ts'
import { functionError, integrations, payloadText } from './optimised.ts'

/** Makes a Task's call in the role of its machine. Rejects with StateError, under the name AWS gives the failure. */
export async function callIntegration(
  context: CloudContext,
  resource: Resource,
  given: Json,
  principal: Principal,
  signal: AbortSignal,
): Promise<Json> {
  switch (resource.kind) {
    case 'function':
      return invokeFunction(context, resource, given, principal, signal)
    case 'optimised':
      return optimised(context, resource, given, principal, signal)
    case 'sdk':
      return sdk(context, resource, given, principal, signal)
  }
}

async function invokeFunction(
  context: CloudContext,
  { arn }: Resource,
  given: Json,
  principal: Principal,
  signal: AbortSignal,
): Promise<Json> {
  const input = { FunctionName: arn, Payload: JSON.stringify(given) }
  const names = integrations['lambda:invoke']?.names
  let answered: unknown
  try {
    answered = await context.call('lambda', 'Invoke', input, principal, signal)
  } catch (error) {
    if (!names) throw error
    throw optimisedFailure(error, names, randomUUID())
  }
  const { FunctionError, Payload } = members(answered)
  const text = payloadText(Payload)
  if (FunctionError !== undefined) throw functionError(text)
  return text === '' ? null : (JSON.parse(text) as Json)
}

async function optimised(
  context: CloudContext,
  { service, action }: Resource,
  given: Json,
  principal: Principal,
  signal: AbortSignal,
): Promise<Json> {
  const integration = integrations[`${service}:${action}`]
  if (!integration) throw new StateError('States.Runtime', `${service}:${action} is not supported`)
  const requestId = randomUUID()
  const request = integration.request ? integration.request(argumentsOf(given)) : argumentsOf(given)
  let answered: unknown
  try {
    answered = await context.call(integration.service, integration.action, request, principal, signal)
  } catch (error) {
    throw optimisedFailure(error, integration.names, requestId)
  }
  const result = integration.response ? integration.response(members(answered)) : plain(answered)
  return { ...result, ...metadata(requestId) }
}

async function sdk(
  context: CloudContext,
  { service, action }: Resource,
  given: Json,
  principal: Principal,
  signal: AbortSignal,
): Promise<Json> {
  const lower = service === 'sfn' || service === 'cloudwatchlogs'
  const request = argumentsOf(given)
  const requestId = randomUUID()
  try {
    const input = (
      lower ? renamed(request, (member) => member.charAt(0).toLowerCase() + member.slice(1)) : request
    ) as object
    const answered = plain(
      await context.call(sdkServices[service] ?? service, operation(action), input, principal, signal),
    )
    return lower ? renamed(answered, (member) => member.charAt(0).toUpperCase() + member.slice(1)) : answered
  } catch (error) {
    throw sdkFailure(error, service, requestId)
  }
}

function argumentsOf(given: Json): JsonObject {
  if (isObject(given)) return given
  throw new StateError(
    'States.Runtime',
    `The Arguments of a service integration must be an object, but were ${JSON.stringify(given)}`,
  )
}

function members(answered: unknown): Readonly<Record<string, unknown>> {
  return isObject(answered) ? answered : {}
}

/** The answer as JSON: dates and the like as the wire has them, nothing undefined. */
function plain(answered: unknown): JsonObject {
  return JSON.parse(JSON.stringify(answered ?? {})) as JsonObject
}

/** States and Logs spell members `likeThis`; SDK integrations spell all `LikeThis`. */
function renamed(value: Json, spell: (member: string) => string): Json {
  if (Array.isArray(value)) return value.map((each: Json) => renamed(each, spell))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([member, each]) => [spell(member), renamed(each, spell)]),
  )
}

/** What optimised integrations tell of the HTTP call behind them. */
function metadata(requestId: string): JsonObject {
  return { SdkHttpMetadata: { HttpStatusCode: 200 }, SdkResponseMetadata: { RequestId: requestId } }
}
