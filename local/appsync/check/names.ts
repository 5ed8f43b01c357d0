import type { AnyNode, Identifier, ImportDeclaration, MemberExpression } from 'acorn'
import { globals, modules, operations, unsupportedMethods, utilities } from './surface.ts'
import type { Binding, Bindings } from './scope.ts'

/** Ways from a value to what the sandbox must not show. */
const closedMembers = new Set(['constructor', 'prototype', '__proto__'])

/** What is wrong with an import: an unknown module, or a name it has not. */
export function importProblems(node: ImportDeclaration): { at: AnyNode; message: string }[] {
  const module = String(node.source.value)
  const names = Object.hasOwn(modules, module) ? modules[module] : undefined
  if (!names) return [{ at: node, message: unknownModule(module) }]
  return node.specifiers.flatMap((specifier) => {
    if (specifier.type === 'ImportNamespaceSpecifier') return []
    const name =
      specifier.type === 'ImportDefaultSpecifier'
        ? 'default'
        : specifier.imported.type === 'Identifier'
          ? specifier.imported.name
          : ''
    return names.includes(name) ? [] : [{ at: specifier, message: `'${module}' has no export '${name}'` }]
  })
}

function unknownModule(module: string): string {
  if (module === '@aws-appsync/utils/rds' || module === '@aws-appsync/utils/ai')
    return `'${module}' is not supported here: there are no RDS and no Bedrock data sources`
  return `'${module}' cannot be imported: only @aws-appsync/utils and its modules remain when code is bundled`
}

/** What is wrong with the use of a global. */
export function globalProblem(node: Identifier, bindings: Bindings): string | undefined {
  if (!bindings.has(node) || bindings.get(node)) return undefined
  return Object.hasOwn(globals, node.name) ? undefined : `'${node.name}' is not known to APPSYNC_JS`
}

/** What is wrong with `object.member`, called or not. */
export function memberProblem(
  node: MemberExpression,
  called: boolean,
  bindings: Bindings,
): string | undefined {
  if (node.computed || node.property.type !== 'Identifier') return undefined
  const { name } = node.property
  if (closedMembers.has(name)) return `'.${name}' is not supported by APPSYNC_JS`
  const owner = ownerOf(node.object, bindings)
  if (owner)
    return owner.members.includes(name) ? undefined : `'${owner.name}.${name}' is not known to APPSYNC_JS`
  return called && unsupportedMethods.has(name)
    ? `the method '${name}' is not supported by APPSYNC_JS`
    : undefined
}

interface Owner {
  readonly name: string
  readonly members: readonly string[]
}

/** A global or imported object whose members are all known. */
function ownerOf(node: AnyNode, bindings: Bindings): Owner | undefined {
  if (node.type === 'Identifier') return namedOwner(node, bindings.get(node))
  if (node.type !== 'MemberExpression' || node.computed || node.property.type !== 'Identifier')
    return undefined
  const { object, property } = node
  if (object.type !== 'Identifier') return undefined
  const members =
    globalBehind(object, bindings.get(object)) === 'util'
      ? utilities[property.name]
      : isOperations(bindings.get(object), property.name)
        ? operations
        : undefined
  return members && { name: `${object.name}.${property.name}`, members }
}

function namedOwner(node: Identifier, binding: Binding | undefined): Owner | undefined {
  const { name } = node
  const global = globalBehind(node, binding)
  if (global !== undefined) return { name, members: membersOf(global) }
  if (binding?.kind !== 'import') return undefined
  if (binding.imported === 'operations') return { name, members: operations }
  return binding.imported === undefined ? { name, members: modules[binding.module] ?? [] } : undefined
}

function isOperations(binding: Binding | undefined, member: string): boolean {
  return binding?.kind === 'import' && binding.imported === undefined && member === 'operations'
}

function membersOf(global: string): readonly string[] {
  return global === 'util' ? [...(globals.util ?? []), ...Object.keys(utilities)] : (globals[global] ?? [])
}

/** `util`, `extensions` and `runtime` are the same imported or not. */
function globalBehind({ name }: Identifier, binding: Binding | undefined): string | undefined {
  if (!binding) return Object.hasOwn(globals, name) ? name : undefined
  return binding.kind === 'import' && binding.module === '@aws-appsync/utils' ? binding.imported : undefined
}
