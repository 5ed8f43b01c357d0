import {
  isLeafType,
  getNamedType,
  OverlappingFieldsCanBeMergedRule,
  type GraphQLError,
  type ValidationContext,
} from 'graphql'
import type { Rule } from './rule.ts'

const fieldsOnCorrectType: Rule = ({ graphql, report, introspection }) => ({
  Field(field) {
    const parent = graphql.getParentType()
    if (!parent) return
    const hidden = !introspection && parent.name.startsWith('__')
    if (graphql.getFieldDef() && !hidden) return
    report('FieldUndefined', `Field '${field.name.value}' in type '${parent.name}' is undefined`, field)
  },
})

const scalarLeafs: Rule = ({ graphql, report }) => ({
  Field(field) {
    const type = graphql.getType()
    if (!type) return
    const about = `type ${type.toString()} of field ${field.name.value}`
    if (isLeafType(getNamedType(type))) {
      if (field.selectionSet)
        report('SubSelectionNotAllowed', `Sub selection not allowed on leaf ${about}`, field)
    } else if (!field.selectionSet)
      report('SubSelectionRequired', `Sub selection required for ${about}`, field)
  },
})

/** graphql-js finds the conflicts; only its words are not AppSync's. */
const overlappingFields: Rule = ({ graphql, report }) => {
  const spy = Object.create(graphql, {
    reportError: {
      value: (error: GraphQLError) =>
        report('FieldsConflict', conflictReason(error.message), error.nodes ?? []),
    },
  }) as ValidationContext
  return OverlappingFieldsCanBeMergedRule(spy)
}

function conflictReason(message: string): string {
  const [, name, why] = /^Fields "(.+?)" conflict because (.*?)\. Use different aliases/s.exec(message) ?? []
  if (name === undefined || why === undefined) return message
  const reason = why
    .replaceAll(/"([^"]*)"/g, '$1')
    .replace('they return conflicting types', 'they return differing types')
    .replaceAll(/subfields (\S+) conflict because /g, '$1: ')
  return `${name}: ${reason}`
}

export const fieldRules = [fieldsOnCorrectType, scalarLeafs, overlappingFields]
