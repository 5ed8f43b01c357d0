import {
  GraphQLError,
  Kind,
  TypeInfo,
  ValidationContext,
  visit,
  visitInParallel,
  visitWithTypeInfo,
  type ASTVisitor,
  type DocumentNode,
} from 'graphql'
import type { Api } from '../api.ts'
import { locationOf, requestError, type ErrorEntry } from '../query/errors.ts'
import { argumentRules } from './arguments.ts'
import { directiveRules } from './directives.ts'
import { fieldRules } from './fields.ts'
import { fragmentRules } from './fragments.ts'
import { operationRules } from './operations.ts'
import type { Report, Rule } from './rule.ts'
import { variableRules } from './variables.ts'

const rules: readonly Rule[] = [
  ...operationRules,
  ...argumentRules,
  ...fieldRules,
  ...fragmentRules,
  ...directiveRules,
  ...variableRules,
]

/** A document can be wrong in more places than anyone reads. */
const mostErrors = 100

/** What is wrong with a document, in the words of the graphql-java that AppSync runs on. */
export function validateQuery(
  api: Pick<Api, 'schema' | 'introspection'>,
  document: DocumentNode,
): ErrorEntry[] {
  const errors: ErrorEntry[] = []
  const names: string[] = []
  const report: Report = (type, description, nodes) => {
    if (errors.length >= mostErrors) return
    const path = names.length > 0 ? ` @ '${names.join('/')}'` : ''
    const about = Array.isArray(nodes) ? nodes : [nodes]
    errors.push(
      requestError(`Validation error of type ${type}: ${description}${path}`, about.flatMap(locationOf)),
    )
  }
  const typeInfo = new TypeInfo(api.schema)
  const graphql = new ValidationContext(api.schema, document, typeInfo, () => undefined)
  const context = { graphql, report, introspection: api.introspection }
  const visitors = [nameTracker(names), ...rules.map((rule) => rule(context))]
  try {
    visit(document, visitWithTypeInfo(typeInfo, visitInParallel(visitors)))
  } catch (error) {
    // graphql-js gives up on documents that would take it too long to compare field by field.
    if (!(error instanceof GraphQLError)) throw error
    report('FieldsConflict', 'too many fields of the same name to compare', [])
  }
  return errors
}

/** Keeps the names of the fields and fragments around the node being visited. */
function nameTracker(names: string[]): ASTVisitor {
  return {
    enter(node) {
      if (node.kind === Kind.FIELD || node.kind === Kind.FRAGMENT_DEFINITION) names.push(node.name.value)
    },
    leave(node) {
      if (node.kind === Kind.FIELD || node.kind === Kind.FRAGMENT_DEFINITION) names.pop()
    },
  }
}
