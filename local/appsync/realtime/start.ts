import { randomUUID } from 'node:crypto'
import { OperationTypeNode, type GraphQLField, type GraphQLObjectType } from 'graphql'
import type { CloudContext } from '../../aws/context.ts'
import type { Api, Caller } from '../api.ts'
import { graphqlRequest } from '../http/body.ts'
import { RequestRefused } from '../http/refusal.ts'
import { argumentValues } from '../query/arguments.ts'
import { authorized, forbidByPolicy, notAuthorized } from '../query/authorization.ts'
import { complete, type Spot } from '../query/complete.ts'
import { prepare, type GraphQLRequest } from '../query/execute.ts'
import { invoke } from '../query/resolve.ts'
import { newRun, rootFields, type Headers, type Run } from '../query/run.ts'
import type { FieldOutcome } from '../resolver.ts'
import { filterOfArguments, filterOfObject, FilterRefused } from './filter.ts'
import { StartRefused, unsupportedOperation, type FrameError } from './frames.ts'
import type { Subscription } from './subscription.ts'

/** What a subscription is, but for the client's name of it and its socket. */
export type Prepared = Omit<Subscription, 'id' | 'send' | 'end'>

/**
 * Prepares what a `start` frame asks for: validates it, runs the field's resolver, reads the filters. Rejects with
 * StartRefused or RequestRefused.
 */
export async function startSubscription(
  api: Api,
  context: CloudContext,
  start: { data: string; caller: Caller; headers: Headers },
): Promise<Prepared> {
  const request = requestOf(start.data)
  const prepared = prepare(api, request)
  if ('errors' in prepared) throw new StartRefused(prepared.errors.map(({ message }) => ({ message })))
  const { operation, document, variables } = prepared
  const type = api.schema.getSubscriptionType()
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION || !type)
    throw unsupportedOperation(operation.operation)
  const run = newRun({
    api,
    context,
    caller: start.caller,
    requestId: randomUUID(),
    headers: start.headers,
    document,
    variables,
  })
  const groups = rootFields(run, type, operation)
  forbidByPolicy(run, type, groups)
  const [[key, nodes] = ['', []]] = groups
  const field = nodes[0] && type.getFields()[nodes[0].name.value]
  if (!nodes[0] || !field) throw new StartRefused([{ message: 'A subscription must ask for one field.' }])
  const outcome = await subscribe(run, type, field, { parent: type, nodes, path: [key], depth: 1 })
  return {
    field: field.name,
    request,
    caller: start.caller,
    document,
    variables,
    selectionKey: selectionKey(start.caller, request),
    ...filters(outcome, argumentValues(field.args, nodes[0], variables)),
  }
}

function requestOf(data: string): GraphQLRequest {
  try {
    return graphqlRequest(JSON.parse(data))
  } catch (error) {
    if (error instanceof RequestRefused) throw error
    throw new RequestRefused(400, 'MalformedHttpRequestException', 'Unable to parse GraphQL query.')
  }
}

/**
 * Runs the field as AppSync does when a subscription starts: its resolver, when it has one, may refuse the subscriber
 * or filter what is pushed. Its value goes nowhere, but must fit the field and what is selected of it.
 */
async function subscribe(
  run: Run,
  parent: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  spot: Spot,
): Promise<FieldOutcome | undefined> {
  if (!authorized(run, parent.name, field.name, 1))
    throw new StartRefused([notAuthorized(field.name, parent.name)])
  const resolver = run.api.resolvers.get(`${parent.name}.${field.name}`)
  const outcome = resolver && (await invoke(run, resolver, field, null, spot))
  const wrong = outcome?.error ? [outcome.error] : (outcome?.appended ?? [])
  if (wrong.length === 0) await complete(run, field.type, outcome?.value ?? null, spot)
  const errors = [...wrong, ...run.errors]
  if (errors.length > 0) throw new StartRefused(errors.map(frameError))
  return outcome
}

function frameError({ errorType, message }: { errorType?: string | null; message: string }): FrameError {
  return typeof errorType === 'string' ? { errorType, message } : { message }
}

/** Once a resolver sets a filter, arguments filter no more. */
function filters(
  outcome: FieldOutcome | undefined,
  values: Record<string, unknown>,
): Pick<Subscription, 'filter' | 'filteredByResolver' | 'invalidation'> {
  try {
    const { subscriptionFilter, invalidationFilter } = outcome ?? {}
    return {
      filteredByResolver: subscriptionFilter !== undefined,
      filter:
        subscriptionFilter === undefined ? filterOfArguments(values) : filterOfObject(subscriptionFilter),
      invalidation: invalidationFilter === undefined ? undefined : filterOfObject(invalidationFilter),
    }
  } catch (error) {
    if (error instanceof FilterRefused)
      throw new StartRefused([{ errorType: 'Code', message: error.message }])
    throw error
  }
}

/** Variables matter to what is selected only where a directive may read them. */
function selectionKey({ mode }: Caller, { query, operationName, variables }: GraphQLRequest): string {
  const read = query.includes('@') ? JSON.stringify(variables) : ''
  return JSON.stringify([mode, query, operationName, read])
}
