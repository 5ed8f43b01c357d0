import { existsSync, readFileSync } from 'node:fs'
import { refuseCircles } from './circular.ts'
import { noLocalEffect } from './no-local-effect.ts'
import { refuseUnknownParameters } from './parameters.ts'
import { Resolver } from './resolver.ts'
import { supportOf } from './support-resources.ts'
import { whereInJson } from './where.ts'
import type { Place } from '../aws/place.ts'
import type { Resource, ResourceType } from '../aws/resource.ts'
import type { Assembly } from './assembly.ts'
import type { Declared } from './declared.ts'

export interface ResolveOptions {
  readonly place: Place
  /** Every resource type that a service runs. */
  readonly types: Readonly<Record<string, ResourceType>>
  /** By `Name`, or by `Stack:Name` as the CDK CLI takes them. */
  readonly parameters?: Readonly<Record<string, string>>
}

/** What an assembly comes to at a place. */
export interface Resolved {
  /** All resources that a service runs; those without local effect, and those that only serve such, are left out. */
  readonly resources: readonly Resource[]
  /** By stack, then by output name. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Path of the file or folder behind `s3://bucket/key` or an object key. */
  readonly asset: (location: string) => string | undefined
  /** `file:line:column` of a resource's template where the value at a path of its stands; undefined when unknown. */
  readonly where: (stack: string, logicalId: string, ...path: (string | number)[]) => string | undefined
}

/**
 * Resolves every intrinsic of every stack, cross-stack exports included. Throws an Error that names resource and
 * path for what CloudFormation would refuse and for what is not supported here; unknown resource types all at once.
 */
export function resolveAssembly(assembly: Assembly, options: ResolveOptions): Resolved {
  const { place, types, parameters = {} } = options
  refuseUnknownParameters(assembly.stacks, parameters)
  const resolver = new Resolver(assembly.stacks, place, { ...noLocalEffect, ...types }, parameters)
  const declared = [...resolver.declared.values()]
  refuseUnknownTypes(declared, types)
  const all = new Map(declared.map((resource) => [resource.key, resolved(resource, resolver)]))
  const outputs = Object.fromEntries(assembly.stacks.map(({ name }) => [name, resolver.outputs(name)]))
  refuseCircles(resolver.needs)

  const idle = new Set(declared.filter(({ type }) => !Object.hasOwn(types, type)).map(({ key }) => key))
  const none: ReadonlySet<string> = new Set()
  const withNeeds = declared.map(({ key, type }) => {
    return [key, { type, needs: resolver.needs.get(key) ?? none }] as const
  })
  const leftOut = new Set([...idle, ...supportOf(idle, new Map(withNeeds))])
  return {
    resources: [...all].filter(([key]) => !leftOut.has(key)).map(([, resource]) => resource),
    outputs,
    asset: (location) => assembly.assets.get(location.replace(/^s3:\/\/[^/]+\//, '')),
    where(stack, ...path) {
      const file = assembly.stacks.find(({ name }) => name === stack)?.file
      if (file === undefined || !existsSync(file)) return undefined
      const { line, column } = whereInJson(readFileSync(file, 'utf8'), ['Resources', ...path])
      return `${file}:${line}:${column}`
    },
  }
}

function resolved({ key, stack, logicalId, type, properties }: Declared, resolver: Resolver): Resource {
  const identity = resolver.identity(key)
  const values = Object.keys(properties).map((name) => [name, resolver.property(key, name)] as const)
  return {
    ...identity,
    stack,
    logicalId,
    type,
    properties: Object.fromEntries(values.filter(([, value]) => value !== undefined)),
  }
}

function refuseUnknownTypes(declared: readonly Declared[], types: Readonly<Record<string, unknown>>): void {
  const unknown = declared.filter(
    ({ type }) => !Object.hasOwn(types, type) && !Object.hasOwn(noLocalEffect, type),
  )
  if (unknown.length === 0) return
  const names = unknown.map(({ type, key }) => `${type} (${key})`).join(', ')
  throw new Error(`Resource types that nothing here runs: ${names}`)
}
