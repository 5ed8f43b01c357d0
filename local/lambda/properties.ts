import type { Resource } from '../aws/resource.ts'

/** Reads a resource's properties; every complaint names the resource and the property. */
export interface Properties {
  text(name: string): string
  optionalText(name: string): string | undefined
  number(name: string): number | undefined
  flag(name: string): boolean | undefined
  object(name: string): Properties | undefined
  list(name: string): readonly unknown[]
  raw(name: string): unknown
  /** Refuses any property that is not in `names`. */
  only(names: readonly string[]): void
  readonly path: string
}

export function propertiesOf(resource: Resource): Properties {
  return properties(resource.properties, `${resource.stack}/${resource.logicalId} (${resource.type})`)
}

export function properties(values: Readonly<Record<string, unknown>>, path: string): Properties {
  const wrong = (name: string, wanted: string): Error =>
    new Error(`${path}: ${name} must be ${wanted}, not ${JSON.stringify(values[name])}`)

  const self: Properties = {
    path,
    raw: (name) => values[name],
    text(name) {
      const value = self.optionalText(name)
      if (value === undefined) throw new Error(`${path}: ${name} is missing`)
      return value
    },
    optionalText(name) {
      const value = values[name]
      if (value === undefined) return undefined
      if (typeof value === 'number' || typeof value === 'boolean') return String(value)
      if (typeof value !== 'string') throw wrong(name, 'a string')
      return value
    },
    number(name) {
      const value = values[name]
      if (value === undefined) return undefined
      const number = typeof value === 'string' && value !== '' ? Number(value) : value
      if (typeof number !== 'number' || !Number.isFinite(number)) throw wrong(name, 'a number')
      return number
    },
    flag(name) {
      const value = values[name]
      if (value === undefined || typeof value === 'boolean') return value
      if (value === 'true' || value === 'false') return value === 'true'
      throw wrong(name, 'true or false')
    },
    object(name) {
      const value = values[name]
      if (value === undefined) return undefined
      if (!isObject(value)) throw wrong(name, 'an object')
      return properties(value, `${path}.${name}`)
    },
    list(name) {
      const value = values[name]
      if (value === undefined) return []
      if (!Array.isArray(value)) throw wrong(name, 'a list')
      return value as unknown[]
    },
    only(names) {
      for (const name of Object.keys(values))
        if (values[name] !== undefined && !names.includes(name))
          throw new Error(`${path}: ${name} is not supported here`)
    },
  }
  return self
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
