import { isObject } from '../json.ts'
import type { Expression } from '../jsonata/expression.ts'
import { expressionIn, template, type Template } from '../jsonata/template.ts'

/** One finding about a definition, as ValidateStateMachineDefinition answers it. */
export interface Diagnostic {
  readonly severity: 'ERROR'
  readonly code:
    | 'INVALID_JSON_DESCRIPTION'
    | 'INVALID_STATE_NAME'
    | 'MISSING_TRANSITION_TARGET'
    | 'SCHEMA_VALIDATION_FAILED'
  readonly message: string
  /** JSON pointer to the place, e.g. `/States/Charge/Next`. */
  readonly location?: string
}

export type Fields = Readonly<Record<string, unknown>>

/** Whether a service here has an action, e.g. `sqs`, `SendMessage`. */
export type Serves = (service: string, action: string) => boolean

/** Reads a definition's fields and collects what is wrong with them; readers answer undefined for a bad value. */
export class Check {
  readonly diagnostics: Diagnostic[] = []
  readonly serves: Serves
  private readonly compiler: (source: string) => Expression

  constructor(compiler: (source: string) => Expression, serves: Serves) {
    this.compiler = compiler
    this.serves = serves
  }

  error(location: string, message: string, code: Diagnostic['code'] = 'SCHEMA_VALIDATION_FAILED'): void {
    this.diagnostics.push({ severity: 'ERROR', code, message, location: location === '' ? '/' : location })
  }

  /** Every field must be known, every required one there. */
  fields(fields: Fields, location: string, known: readonly string[], required: readonly string[]): void {
    for (const name of Object.keys(fields))
      if (!known.includes(name)) this.error(`${location}/${name}`, `Field '${name}' is not supported`)
    const missing = required.filter((name) => fields[name] === undefined)
    if (missing.length > 0) this.error(location, `These fields are required: [${missing.join(', ')}]`)
  }

  object(fields: Fields, name: string, location: string): Fields | undefined {
    const value = fields[name]
    if (value === undefined) return undefined
    if (isObject(value)) return value
    this.error(`${location}/${name}`, 'Expected value of type Object')
    return undefined
  }

  list(fields: Fields, name: string, location: string): readonly Fields[] {
    const value = fields[name]
    if (value === undefined) return []
    if (Array.isArray(value) && value.length > 0 && value.every(isObject)) return value
    this.error(`${location}/${name}`, 'Expected value of type non-empty Array of Object')
    return []
  }

  text(fields: Fields, name: string, location: string): string | undefined {
    const value = fields[name]
    if (value === undefined) return undefined
    if (typeof value === 'string') return value
    this.error(`${location}/${name}`, 'Expected value of type String')
    return undefined
  }

  number(
    fields: Fields,
    name: string,
    location: string,
    limits: { integer?: boolean; least: number; most: number },
  ): number | undefined {
    const value = fields[name]
    if (value === undefined) return undefined
    const { integer = true, least, most } = limits
    const place = `${location}/${name}`
    if (typeof value !== 'number' || (integer && !Number.isInteger(value)))
      this.error(place, `Expected value of type ${integer ? 'Integer' : 'Number'}`)
    else if (value > most) this.error(place, `Maximum value is ${most}`)
    else if (value < least) this.error(place, `Minimum value is ${least}`)
    else return value
    return undefined
  }

  /** A number as above, or an expression that will give one. */
  numberOrExpression(
    fields: Fields,
    name: string,
    location: string,
    limits: { integer?: boolean; least: number; most: number },
  ): Template | undefined {
    const value = fields[name]
    if (typeof value === 'string' && expressionIn(value) !== undefined)
      return this.template(fields, name, location)
    const constant = this.number(fields, name, location, limits)
    return constant === undefined ? undefined : { kind: 'constant', value: constant }
  }

  /** A string, or an expression that will give one. */
  textOrExpression(fields: Fields, name: string, location: string): Template | undefined {
    return this.text(fields, name, location) === undefined ? undefined : this.template(fields, name, location)
  }

  /** `label` is how run-time failures name the field where that is not its own name. */
  template(fields: Fields, name: string, location: string, label = name): Template | undefined {
    const value = fields[name]
    if (value === undefined) return undefined
    return template(value, label, (source, at) => {
      try {
        return this.compiler(source)
      } catch (thrown) {
        this.error(`${location}/${name}${at.slice(label.length)}`, syntaxError(source, thrown))
        return { evaluate: () => Promise.resolve(undefined) }
      }
    })
  }
}

function syntaxError(source: string, thrown: unknown): string {
  const about = isObject(thrown) ? thrown : {}
  const message = typeof about.message === 'string' ? about.message : String(thrown)
  const place = typeof about.position === 'number' ? ` at position ${about.position}` : ''
  return `The JSONata expression '${source}' is not valid${place}: ${message}`
}
