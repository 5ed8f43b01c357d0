import { OperationTypeNode, type GraphQLObjectType, type OperationDefinitionNode } from 'graphql'
import type { CloudContext } from '../../aws/context.ts'
import type { Api, Caller } from '../api.ts'
import { RequestRefused } from '../http/refusal.ts'
import { forbidByPolicy } from './authorization.ts'
import { checkedDocument, chosenOperation } from './document.ts'
import type { ErrorEntry } from './errors.ts'
import { executeFields, executeInTurn } from './fields.ts'
import { publicationOf } from './publication.ts'
import type { FieldGroups } from './collect.ts'
import { newRun, rootFields, type Headers, type Run } from './run.ts'
import { coerceVariables } from './variables.ts'

/** A GraphQL request as its sender wrote it. */
export interface GraphQLRequest {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly operationName?: string | undefined
}

export interface GraphQLAnswer {
  readonly data: unknown
  readonly errors?: readonly ErrorEntry[]
}

/** After this long AppSync gives up on a request, in milliseconds. */
const longestExecution = 30_000

/** An operation that is valid with variables that fit, or what is wrong with it. */
export function prepare(
  api: Api,
  request: GraphQLRequest,
):
  | { errors: readonly ErrorEntry[] }
  | (Pick<Run, 'document' | 'variables'> & { operation: OperationDefinitionNode }) {
  const document = checkedDocument(api, request.query)
  if (document.errors.length > 0) return { errors: document.errors }
  const operation = chosenOperation(document, request.operationName)
  const variables = coerceVariables(api.schema, operation, request.variables)
  if ('error' in variables) return { errors: [variables.error] }
  return { document, operation, variables: variables.values }
}

/** Executes a query or mutation. Throws RequestRefused for what is answered with an HTTP error. */
export async function execute(
  api: Api,
  context: CloudContext,
  request: GraphQLRequest,
  by: { caller: Caller; headers: Headers; requestId: string },
): Promise<{ answer: GraphQLAnswer; run?: Run }> {
  const prepared = prepare(api, request)
  if ('errors' in prepared) return { answer: { data: null, errors: prepared.errors } }
  const { operation } = prepared
  if (operation.operation === OperationTypeNode.SUBSCRIPTION)
    throw new RequestRefused(
      400,
      'UnsupportedOperation',
      'Subscriptions are served over the realtime endpoint only.',
    )
  const run = newRun({ api, context, ...by, document: prepared.document, variables: prepared.variables })
  const type = api.schema.getRootType(operation.operation)
  if (!type)
    throw new RequestRefused(
      400,
      'MalformedHttpRequestException',
      `The schema has no ${operation.operation}.`,
    )
  const groups = rootFields(run, type, operation)
  forbidByPolicy(run, type, groups)
  const data = await inTime(context, rootData(run, type, groups, operation.operation))
  if (data === timedOut) {
    return { answer: { data: null, errors: [tooLate] } }
  }
  return { answer: run.errors.length > 0 ? { data, errors: run.errors } : { data }, run }
}

async function rootData(
  run: Run,
  type: GraphQLObjectType,
  groups: FieldGroups,
  operation: OperationTypeNode,
): Promise<unknown> {
  if (operation === OperationTypeNode.QUERY) return executeFields(run, type, null, groups, [], 1)
  return executeInTurn(run, type, groups, (nodes, value) => {
    const publication = publicationOf(run, nodes, value)
    if (publication) run.publications.push(publication)
  })
}

const tooLate: ErrorEntry = {
  path: null,
  data: null,
  errorType: 'ExecutionTimeout',
  errorInfo: null,
  locations: null,
  message: 'Execution timed out.',
}
const timedOut = Symbol('timed out')

async function inTime<T>(context: CloudContext, work: Promise<T>): Promise<T | typeof timedOut> {
  let cancel = (): void => undefined
  const late = new Promise<typeof timedOut>((resolve) => {
    cancel = context.clock.at(context.clock.now() + longestExecution, () => resolve(timedOut))
  })
  return Promise.race([work, late]).finally(() => cancel())
}
