import type { CloudContext } from '../../aws/context.ts'
import type { Api } from '../api.ts'
import type { ErrorEntry } from '../query/errors.ts'
import { executeFields } from '../query/fields.ts'
import { newRun, rootFields } from '../query/run.ts'
import { chosenOperation } from '../query/document.ts'
import type { Subscription } from './subscription.ts'

/** What a subscriber gets of an event: of the fields that the mutation selected those that it selected itself. */
export function payloadOf(
  api: Api,
  context: CloudContext,
  subscription: Subscription,
  value: unknown,
): object {
  const { caller, document, variables, request, field } = subscription
  const run = newRun({ api, context, caller, headers: {}, requestId: '', document, variables, push: true })
  const type = api.schema.getSubscriptionType()
  if (!type) return { data: null }
  const groups = rootFields(run, type, chosenOperation(document, request.operationName))
  // Without resolvers nothing has to be waited for.
  const data = executeFields(run, type, { [field]: value }, groups, [], 1)
  return run.errors.length > 0 ? { data, errors: run.errors.map(shortened) } : { data }
}

function shortened({ message, path, errorType }: ErrorEntry): object {
  return { message, path, ...(errorType === undefined ? {} : { errorType }) }
}
