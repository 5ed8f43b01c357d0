import type { DirectiveNode, GraphQLObjectType, GraphQLSchema } from 'graphql'
import { isObjectType } from 'graphql'
import type { AuthMode } from '../api.ts'

/** Whether a mode may use a field of an object type. */
export type FieldAccess = (mode: AuthMode, type: string, field: string) => boolean

const modeOfDirective: Readonly<Record<string, AuthMode>> = {
  aws_api_key: 'API_KEY',
  aws_iam: 'AWS_IAM',
}

/** Reads the authorization directives: a field's own replace its type's; with neither only the default mode may. */
export function fieldAccess(schema: GraphQLSchema, defaultMode: AuthMode): FieldAccess {
  const allowed = new Map<string, ReadonlySet<AuthMode>>()
  const byDefault: ReadonlySet<AuthMode> = new Set([defaultMode])
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    const ofType = modesOfType(type)
    for (const field of Object.values(type.getFields())) {
      const own = modes(field.astNode?.directives ?? [])
      allowed.set(`${type.name}.${field.name}`, own ?? ofType ?? byDefault)
    }
  }
  return (mode, type, field) => allowed.get(`${type}.${field}`)?.has(mode) ?? true
}

function modesOfType(type: GraphQLObjectType): ReadonlySet<AuthMode> | undefined {
  const nodes = [type.astNode, ...type.extensionASTNodes]
  return modes(nodes.flatMap((node) => node?.directives ?? []))
}

function modes(directives: readonly DirectiveNode[]): ReadonlySet<AuthMode> | undefined {
  const named = directives.flatMap((directive) => modeOfDirective[directive.name.value] ?? [])
  return named.length > 0 ? new Set(named) : undefined
}
