import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface TemplateResource {
  readonly Type: string
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
  readonly Condition?: string
  readonly Properties: Readonly<Record<string, unknown>>
}

export interface Template {
  readonly Parameters: Readonly<Record<string, { Type: string; Default: unknown }>>
  readonly Resources: Readonly<Record<string, TemplateResource>>
  readonly Outputs: Readonly<Record<string, { Value: unknown }>>
}

export interface Retrier {
  readonly ErrorEquals: readonly string[]
  readonly MaxAttempts: number
  readonly IntervalSeconds?: number
  readonly MaxDelaySeconds?: number
  readonly JitterStrategy?: string
}

export interface State {
  readonly Type: string
  readonly Next?: string
  readonly Resource?: string
  readonly TimeoutSeconds?: number
  readonly Arguments?: { readonly FunctionName?: string; readonly QueueUrl?: string }
  readonly Retry?: readonly Retrier[]
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[]
}

export interface Definition {
  readonly StartAt: string
  readonly QueryLanguage: string
  readonly States: Readonly<Record<string, State>>
}

export interface Statement {
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Resource: unknown
}

export function readTemplate(folder: string): Template {
  return JSON.parse(readFileSync(join(folder, 'OrderSystem.template.json'), 'utf8')) as Template
}

/** `[logical id, properties]` of every resource of a type. */
export function ofType(template: Template, type: string): [string, Readonly<Record<string, unknown>>][] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => [id, resource.Properties])
}

/** The one resource of this type whose logical id is `name` and the hash behind it. */
export function resource(template: Template, type: string, name: string): Readonly<Record<string, unknown>> {
  const found = ofType(template, type).filter(([id]) => id.replace(/[0-9A-F]{8}$/, '') === name)
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} resources are a ${type} ${name}`)
  return found[0][1]
}

/** A value with parameters replaced by their defaults and other references by the logical id they name. */
export function evaluate(template: Template, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => evaluate(template, item))
  if (typeof value !== 'object' || value === null) return value
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>
  if (typeof ref === 'string') return template.Parameters[ref]?.Default ?? ref
  if (Array.isArray(attribute)) return attribute[0]
  if (Array.isArray(join)) return (evaluate(template, join[1]) as unknown[]).join(String(join[0]))
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, evaluate(template, each)]))
}

export function definition(template: Template, machine: 'Saga' | 'OrderUndo'): Definition {
  const text = evaluate(
    template,
    resource(template, 'AWS::StepFunctions::StateMachine', machine).DefinitionString,
  )
  return JSON.parse(text as string) as Definition
}

/** How often a state is tried again after `error`: what its first retrier that knows the error says. */
export function retriesOf(state: State | undefined, error: string): number {
  const knows = ({ ErrorEquals: names }: Retrier) =>
    names.includes(error) ||
    names.includes('States.ALL') ||
    (names.includes('States.TaskFailed') && error !== 'States.Timeout')
  return state?.Retry?.find(knows)?.MaxAttempts ?? 0
}

/** The states in a row, from `first` on, as they follow when all goes well. */
export function wayFrom({ States: states }: Definition, first: string): string[] {
  const next = states[first]?.Next
  return next === undefined ? [first] : [first, ...wayFrom({ States: states } as Definition, next)]
}

/** Every statement that a role is granted, with the id of the role or policy. */
export function statements(template: Template): [string, Statement][] {
  const documents = [
    ...ofType(template, 'AWS::IAM::Role').flatMap(([id, { Policies: policies = [] }]) =>
      (policies as { PolicyDocument: unknown }[]).map((policy) => [id, policy.PolicyDocument] as const),
    ),
    ...ofType(template, 'AWS::IAM::Policy').map(([id, policy]) => [id, policy.PolicyDocument] as const),
  ]
  return documents.flatMap(([id, document]) =>
    (document as { Statement: Statement[] }).Statement.map((statement): [string, Statement] => [
      id,
      statement,
    ]),
  )
}

export const list = (value: string | readonly string[]): readonly string[] => [value].flat()
