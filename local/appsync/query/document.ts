import {
  GraphQLError,
  Kind,
  parse,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
} from 'graphql'
import type { Api } from '../api.ts'
import { RequestRefused } from '../http/refusal.ts'
import { validateQuery } from '../validation/validate.ts'
import { requestError, type ErrorEntry } from './errors.ts'

/** Tokens a query may have. */
const mostTokens = 15_000
/** Checked documents kept per API, so that a client's few queries are parsed and validated once. */
const mostKept = 500

export interface CheckedDocument {
  readonly document: DocumentNode
  readonly text: string
  readonly fragments: Record<string, FragmentDefinitionNode>
  readonly operations: readonly OperationDefinitionNode[]
  readonly errors: readonly ErrorEntry[]
}

const kept = new WeakMap<Api, Map<string, CheckedDocument>>()

/** Parses and validates. Throws RequestRefused for what is no GraphQL at all; what is invalid is in `errors`. */
export function checkedDocument(api: Api, text: string): CheckedDocument {
  let documents = kept.get(api)
  if (!documents) kept.set(api, (documents = new Map<string, CheckedDocument>()))
  const known = documents.get(text)
  if (known) return known
  const checked = check(api, text)
  if (documents.size >= mostKept) documents.delete(documents.keys().next().value ?? '')
  documents.set(text, checked)
  return checked
}

function check(api: Api, text: string): CheckedDocument {
  const document = parsed(text)
  if (document === 'too long')
    return {
      document: nothing,
      text,
      fragments: {},
      operations: [],
      errors: [requestError('Maximum char length exceeded', [])],
    }
  const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION)
  const fragments = document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION)
  return {
    document,
    text,
    operations,
    fragments: Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment])),
    errors: validateQuery(api, document),
  }
}

const nothing: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] }

function parsed(text: string): DocumentNode | 'too long' {
  try {
    return parse(text, { maxTokens: mostTokens })
  } catch (error) {
    if (error instanceof GraphQLError && error.message.includes('tokens. Parsing aborted')) return 'too long'
    throw new RequestRefused(400, 'MalformedHttpRequestException', 'Unable to parse GraphQL query.')
  }
}

/** The operation a request names. Throws RequestRefused when it names none of several, or one that is not there. */
export function chosenOperation(checked: CheckedDocument, name: string | undefined): OperationDefinitionNode {
  const { operations } = checked
  if (name === undefined && operations.length > 1)
    throw new RequestRefused(400, 'MalformedHttpRequestException', 'Missing operation name.')
  const found = name === undefined ? operations[0] : operations.find((each) => each.name?.value === name)
  if (!found)
    throw new RequestRefused(400, 'MalformedHttpRequestException', `Unknown operation named '${name ?? ''}'.`)
  return found
}
