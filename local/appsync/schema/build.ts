import {
  buildASTSchema,
  GraphQLError,
  Kind,
  parse,
  Source,
  validateSchema,
  visit,
  type ASTNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
} from 'graphql'
import { awsDefinitions, unsupportedDirectives } from './directives.ts'
import { schemaErrors } from './validate.ts'

const definitionsOfAws = parse(awsDefinitions).definitions
/** AppSync's own limit on a schema, in bytes. */
const longestSchema = 1024 * 1024

/**
 * Makes a schema of an AppSync API. Throws an Error that names `name`, line and column for what AppSync refuses:
 * invalid SDL, scalars of one's own, names that begin with AWS, unknown or unsupported directives.
 */
export function buildAppSyncSchema(name: string, definition: string): GraphQLSchema {
  if (Buffer.byteLength(definition) > longestSchema)
    throw new Error(`${name}: a schema may have 1 MB at most`)
  try {
    const own = parse(new Source(definition, name))
    refuseForeignNames(own)
    const document: DocumentNode = { ...own, definitions: [...definitionsOfAws, ...own.definitions] }
    throwFirst(schemaErrors(document))
    const schema = buildASTSchema(document)
    throwFirst(validateSchema(schema))
    refuseUnfitSubscriptions(schema)
    return schema
  } catch (error) {
    const place = error instanceof GraphQLError ? placeOf(name, error) : name
    throw new Error(`${place}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

function throwFirst(errors: readonly GraphQLError[]): void {
  if (errors[0]) throw errors[0]
}

function placeOf(name: string, error: GraphQLError): string {
  const at = error.locations?.[0]
  return at ? `${name}:${at.line}:${at.column}` : name
}

function refuse(message: string, node: ASTNode): never {
  throw new GraphQLError(message, { nodes: node })
}

function refuseForeignNames(document: DocumentNode): void {
  visit(document, {
    Directive(node) {
      const why = unsupportedDirectives[node.name.value]
      if (why !== undefined) refuse(`@${node.name.value}: ${why}`, node)
    },
    ScalarTypeDefinition(node) {
      refuse(`scalar ${node.name.value}: AppSync knows no scalars but its own`, node)
    },
    enter(node) {
      if (
        'name' in node &&
        node.kind.endsWith('TypeDefinition') &&
        node.name?.kind === Kind.NAME &&
        node.name.value.startsWith('AWS')
      )
        refuse(`${node.name.value}: names that begin with AWS are reserved`, node)
    },
  })
}

/** A subscription pushes what its mutations answer, so their types must be the same. */
function refuseUnfitSubscriptions(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    for (const mutation of mutationsOf(field.astNode)) {
      const node = field.astNode as ASTNode
      const source = schema.getMutationType()?.getFields()[mutation]
      if (!source) refuse(`Subscription.${field.name}: there is no mutation ${mutation}`, node)
      if (nullable(source.type) !== nullable(field.type))
        refuse(
          `Subscription.${field.name} is of type ${field.type.toString()}, its mutation ${mutation} of type ${source.type.toString()}`,
          node,
        )
    }
  }
}

const nullable = (type: { toString(): string }): string => type.toString().replace(/!$/, '')

/** Subscription fields that each mutation field pushes to, by `@aws_subscribe`. */
export function subscribersByMutation(schema: GraphQLSchema): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {}))
    for (const mutation of mutationsOf(field.astNode))
      found.set(mutation, [...(found.get(mutation) ?? []), field.name])
  return found
}

function mutationsOf(field: FieldDefinitionNode | null | undefined): string[] {
  return (field?.directives ?? [])
    .filter((directive) => directive.name.value === 'aws_subscribe')
    .flatMap((directive) => directive.arguments ?? [])
    .flatMap((argument) => (argument.value.kind === Kind.LIST ? argument.value.values : [argument.value]))
    .flatMap((value) => (value.kind === Kind.STRING ? value.value : []))
}
