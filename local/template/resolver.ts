import { circularDependency } from './circular.ts'
import { conditionsOf } from './conditions.ts'
import { declaredResources } from './declared.ts'
import { resolve, text } from './intrinsics.ts'
import { isObject } from './json.ts'
import { parameterValues } from './parameters.ts'
import { pseudoParameters } from './pseudo-parameters.ts'
import type { Place } from '../aws/place.ts'
import type { ResourceIdentity, ResourceType } from '../aws/resource.ts'
import type { Stack } from './assembly.ts'
import type { Conditions } from './conditions.ts'
import type { Declared } from './declared.ts'
import type { Scope } from './intrinsics.ts'
import type { ParameterValue } from './parameters.ts'

interface World {
  readonly stack: Stack
  /** Parameters and pseudo parameters. */
  readonly values: ReadonlyMap<string, ParameterValue>
  readonly holds: Conditions
}

interface Export {
  readonly stack: string
  readonly value: unknown
  readonly path: string
}

/**
 * Resolves resources, outputs and exports of several stacks on demand, so that a resource's name can be asked for
 * before its other properties are known. Notes which resource needs which on the way.
 */
export class Resolver {
  readonly declared: ReadonlyMap<string, Declared>
  /** What each resource names in Ref, GetAtt, Sub, ImportValue and DependsOn, by key; grows as things are resolved. */
  readonly needs = new Map<string, Set<string>>()
  readonly #place: Place
  readonly #types: Readonly<Record<string, ResourceType>>
  readonly #worlds: ReadonlyMap<string, World>
  readonly #exports = new Map<string, Export>()
  readonly #identities = new Map<string, ResourceIdentity>()
  readonly #properties = new Map<string, unknown>()
  /** Keys of the resources whose names are being worked out, outermost first. */
  readonly #naming: string[] = []

  constructor(
    stacks: readonly Stack[],
    place: Place,
    types: Readonly<Record<string, ResourceType>>,
    parameters: Readonly<Record<string, string>>,
  ) {
    this.#place = place
    this.#types = types
    this.#worlds = new Map(stacks.map((stack) => [stack.name, this.#world(stack, parameters)]))
    const resources = [...this.#worlds.values()].flatMap(({ stack, holds }) =>
      declaredResources(stack, holds),
    )
    this.declared = new Map(resources.map((resource) => [resource.key, resource]))
    for (const { key, stack, dependsOn } of resources)
      this.needs.set(
        key,
        new Set(dependsOn.map((id) => `${stack}/${id}`).filter((id) => this.declared.has(id))),
      )
    for (const world of this.#worlds.values()) this.#collectExports(world)
  }

  identity(key: string): ResourceIdentity {
    const known = this.#identities.get(key)
    if (known !== undefined) return known
    const before = this.#naming.indexOf(key)
    if (before >= 0) throw circularDependency([...this.#naming.slice(before), key])
    const resource = this.#resource(key)
    const type = this.#types[resource.type]
    if (type === undefined) throw new Error(`${key}: no service runs ${resource.type}`)
    this.#naming.push(key)
    const { stack, logicalId } = resource
    const property = (name: string): unknown => this.property(key, name)
    const identity = type.identify({ stack, logicalId, property }, this.#place)
    this.#naming.pop()
    this.#identities.set(key, identity)
    return identity
  }

  property(key: string, name: string): unknown {
    const path = `${key}.Properties.${name}`
    if (!this.#properties.has(path)) {
      const resource = this.#resource(key)
      this.#properties.set(path, resolve(resource.properties[name], this.#scope(resource.stack, key), path))
    }
    return this.#properties.get(path)
  }

  /** Outputs of a stack by name, those whose condition does not hold left out. */
  outputs(stack: string): Record<string, string> {
    const { template } = this.#worldOf(stack).stack
    const outputs: Record<string, string> = {}
    for (const name of Object.keys(template.Outputs)) {
      const output = this.#output(stack, name)
      if (output === undefined) continue
      const path = `${stack}/Outputs.${name}.Value`
      outputs[name] = text(resolve(output.Value, this.#scope(stack), path), path)
    }
    return outputs
  }

  #resource(key: string): Declared {
    const resource = this.declared.get(key)
    if (resource === undefined) throw new Error(`No resource ${key}`)
    return resource
  }

  #worldOf(stack: string): World {
    const world = this.#worlds.get(stack)
    if (world === undefined) throw new Error(`No stack ${stack}`)
    return world
  }

  #world(stack: Stack, parameters: Readonly<Record<string, string>>): World {
    const values = new Map([
      ...pseudoParameters(stack.name, this.#place),
      ...parameterValues(stack, parameters),
    ])
    return { stack, values, holds: conditionsOf(stack, values) }
  }

  #output(stack: string, name: string): Record<string, unknown> | undefined {
    const {
      stack: { template },
      holds,
    } = this.#worldOf(stack)
    const path = `${stack}/Outputs.${name}`
    const output = template.Outputs[name]
    if (!isObject(output)) throw new Error(`${path} is not an object`)
    return typeof output.Condition === 'string' && !holds(output.Condition, path) ? undefined : output
  }

  #collectExports({ stack: { name: stack, template } }: World): void {
    for (const name of Object.keys(template.Outputs)) {
      const output = this.#output(stack, name)
      if (!isObject(output?.Export)) continue
      const path = `${stack}/Outputs.${name}`
      const exported = text(resolve(output.Export.Name, this.#scope(stack), `${path}.Export.Name`), path)
      if (this.#exports.has(exported)) throw new Error(`${path}: an export named ${exported} already exists`)
      this.#exports.set(exported, { stack, value: output.Value, path: `${path}.Value` })
    }
  }

  /** `user` is the key of the resource on whose behalf things are looked up. */
  #scope(stack: string, user?: string): Scope {
    const {
      values,
      holds,
      stack: { template },
    } = this.#worldOf(stack)
    const named = (logicalId: string, path: string): string => {
      const key = `${stack}/${logicalId}`
      if (!this.declared.has(key)) throw new Error(`${path}: Unresolved resource dependencies [${logicalId}]`)
      if (user !== undefined) this.needs.get(user)?.add(key)
      return key
    }
    return {
      ref: (name, path) => {
        if (name === 'AWS::NoValue') return undefined
        return values.get(name) ?? this.identity(named(name, path)).ref
      },
      attribute: (logicalId, name, path) => {
        const key = named(logicalId, path)
        const { attributes } = this.identity(key)
        const value = attributes[name]
        if (value !== undefined) return value
        const { type } = this.#resource(key)
        const known = Object.keys(attributes).join(', ') || 'none'
        throw new Error(`${path}: ${logicalId} (${type}) has no attribute ${name} here; known: ${known}`)
      },
      imported: (name, path) => {
        const found = this.#exports.get(name)
        if (found === undefined) throw new Error(`${path}: No export named ${name} found`)
        return text(resolve(found.value, this.#scope(found.stack, user), found.path), found.path)
      },
      condition: holds,
      mapping: (name) => template.Mappings[name],
    }
  }
}
