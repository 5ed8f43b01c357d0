import { getNamedType, isObjectType, type FieldNode } from 'graphql'
import { unfit } from './complete.ts'
import { subFields, type Publication, type Run } from './run.ts'

/**
 * What a finished mutation field pushes. Nothing when it was asked for under an alias or has no value: AppSync pushes
 * by the field's name in the answer. For the same reason what stands under an alias inside is lost to subscribers.
 */
export function publicationOf(
  run: Run,
  nodes: readonly FieldNode[],
  value: unknown,
): Publication | undefined {
  const node = nodes[0]
  if (!node || value === null || value === unfit) return undefined
  const mutation = node.name.value
  if (!run.api.subscribers.has(mutation)) return undefined
  if (node.alias && node.alias.value !== mutation) {
    run.context.report({
      at: run.context.clock.now(),
      service: 'appsync',
      what: 'not published',
      subject: `Mutation.${mutation}`,
      error: `asked for under the alias ${node.alias.value}: AppSync pushes no aliased mutation`,
    })
    return undefined
  }
  const type = run.api.schema.getMutationType()?.getFields()[mutation]?.type
  return { mutation, value: plainNames(run, type?.toString() ?? '', value, nodes) }
}

/** The value without what stands under an alias. */
function plainNames(run: Run, typeName: string, value: unknown, nodes: readonly FieldNode[]): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => plainNames(run, typeName, each, nodes))
  if (typeof value !== 'object' || value === null) return value
  const type = concreteType(run, typeName, value)
  if (!type) return value
  const plain = Object.create(null) as Record<string, unknown>
  for (const [key, inner] of subFields(run, type, nodes)) {
    const name = inner[0]?.name.value
    const field = type.getFields()[key]
    if (name === key && field)
      plain[key] = plainNames(
        run,
        getNamedType(field.type).name,
        (value as Record<string, unknown>)[key],
        inner,
      )
    else if (key === '__typename') plain[key] = type.name
  }
  return plain
}

function concreteType(run: Run, typeName: string, value: object): ReturnType<typeof objectType> {
  const own = '__typename' in value && typeof value.__typename === 'string' ? value.__typename : typeName
  return objectType(run, own)
}

function objectType(run: Run, name: string) {
  const type = run.api.schema.getType(name.replaceAll(/[![\]]/g, ''))
  return isObjectType(type) ? type : undefined
}
