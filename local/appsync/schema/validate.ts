import {
  GraphQLSchema,
  KnownDirectivesRule,
  KnownTypeNamesRule,
  LoneSchemaDefinitionRule,
  PossibleTypeExtensionsRule,
  TypeInfo,
  UniqueArgumentDefinitionNamesRule,
  UniqueArgumentNamesRule,
  UniqueDirectiveNamesRule,
  UniqueDirectivesPerLocationRule,
  UniqueEnumValueNamesRule,
  UniqueFieldDefinitionNamesRule,
  UniqueInputFieldNamesRule,
  UniqueOperationTypesRule,
  UniqueTypeNamesRule,
  ValidationContext,
  visit,
  visitInParallel,
  type DocumentNode,
  type GraphQLError,
} from 'graphql'

const rules = [
  LoneSchemaDefinitionRule,
  UniqueOperationTypesRule,
  UniqueTypeNamesRule,
  UniqueEnumValueNamesRule,
  UniqueFieldDefinitionNamesRule,
  UniqueArgumentDefinitionNamesRule,
  UniqueDirectiveNamesRule,
  KnownTypeNamesRule,
  KnownDirectivesRule,
  UniqueDirectivesPerLocationRule,
  PossibleTypeExtensionsRule,
  UniqueArgumentNamesRule,
  UniqueInputFieldNamesRule,
]

/** The errors of a schema document, with their places; graphql-js itself tells only their texts. */
export function schemaErrors(document: DocumentNode): GraphQLError[] {
  const errors: GraphQLError[] = []
  const nothing = new GraphQLSchema({})
  const context = new ValidationContext(nothing, document, new TypeInfo(nothing), (error) =>
    errors.push(error),
  )
  type SchemaContext = Parameters<typeof LoneSchemaDefinitionRule>[0]
  const visitors = rules.map((rule) => rule(context as unknown as ValidationContext & SchemaContext))
  visit(document, visitInParallel(visitors))
  return errors
}
