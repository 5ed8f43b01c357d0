import { Kind, OperationTypeNode } from 'graphql'
import type { Rule } from './rule.ts'

const executableDefinitions: Rule = ({ report }) => ({
  Document(document) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.OPERATION_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION)
        continue
      const name = 'name' in definition ? definition.name.value : 'schema'
      report('NonExecutableDefinition', `The ${name} definition is not executable.`, definition)
    }
  },
})

const loneAnonymousOperation: Rule = ({ report }) => {
  let anonymous = false
  let count = 0
  return {
    OperationDefinition(operation) {
      const type = 'LoneAnonymousOperationViolation'
      if (!operation.name && count > 0) report(type, 'Anonymous operation with other operations.', operation)
      if (operation.name && anonymous)
        report(type, `Operation ${operation.name.value} is following anonymous operation.`, operation)
      anonymous ||= !operation.name
      count++
    },
  }
}

const uniqueOperationNames: Rule = ({ report }) => {
  const seen = new Set<string>()
  return {
    OperationDefinition(operation) {
      const name = operation.name?.value
      if (name === undefined) return
      if (seen.has(name))
        report('DuplicateOperationName', `There can be only one operation named '${name}'`, operation)
      seen.add(name)
    },
  }
}

/** A schema without mutations or subscriptions refuses such an operation. */
const knownOperation: Rule = ({ graphql, report }) => ({
  OperationDefinition(operation) {
    if (!graphql.getSchema().getRootType(operation.operation))
      report('UnknownType', `Schema is not configured for ${operation.operation}s.`, operation)
  },
})

/** AppSync subscribes to one field at a time. */
const loneSubscriptionField: Rule = ({ report }) => ({
  OperationDefinition(operation) {
    if (
      operation.operation !== OperationTypeNode.SUBSCRIPTION ||
      operation.selectionSet.selections.length === 1
    )
      return
    report(
      'SubscriptionMultipleRootFields',
      'A subscription operation must have exactly one root field',
      operation,
    )
  },
})

export const operationRules = [
  executableDefinitions,
  loneAnonymousOperation,
  uniqueOperationNames,
  knownOperation,
  loneSubscriptionField,
]
