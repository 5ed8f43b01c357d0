import type { CloudContext } from '../../aws/context.ts'
import type { FieldNode, GraphQLObjectType } from 'graphql'
import type { Api, Caller } from '../api.ts'
import type { FieldOutcome } from '../resolver.ts'
import { collectFields, type FieldGroups } from './collect.ts'
import type { CheckedDocument } from './document.ts'
import type { ErrorEntry } from './errors.ts'
import type { Variables } from './variables.ts'

export type Headers = Record<string, string | string[]>

/** What a mutation field pushes to those who subscribe to it. */
export interface Publication {
  readonly mutation: string
  /** The field's value as its caller gets it, without what stands under an alias. */
  readonly value: unknown
}

/** One operation being executed. */
export interface Run {
  readonly api: Api
  readonly context: CloudContext
  readonly caller: Caller
  readonly requestId: string
  readonly headers: Headers
  readonly document: CheckedDocument
  readonly variables: Variables
  readonly errors: ErrorEntry[]
  readonly responseHeaders: Record<string, string>
  readonly publications: Publication[]
  readonly invalidations: FieldOutcome['invalidations'][number][]
  /** Root fields that the caller's IAM policies do not allow. */
  readonly forbidden: Set<string>
  /** Values of a push are in the form the mutation's caller got: no resolver runs, no leaf is serialized again. */
  readonly push: boolean
  resolversRun: number
}

/** A run with nothing done yet. */
export function newRun(
  parts: Pick<Run, 'api' | 'context' | 'caller' | 'requestId' | 'headers' | 'document' | 'variables'> & {
    push?: boolean
  },
): Run {
  return {
    ...parts,
    push: parts.push ?? false,
    errors: [],
    responseHeaders: {},
    publications: [],
    invalidations: [],
    forbidden: new Set(),
    resolversRun: 0,
  }
}

export function rootFields(
  run: Run,
  type: GraphQLObjectType,
  operation: CheckedDocument['operations'][number],
): FieldGroups {
  return collectFields(scopeOf(run, type), [operation.selectionSet])
}

function scopeOf(
  { api, document, variables }: Run,
  type: GraphQLObjectType,
): Parameters<typeof collectFields>[0] {
  return { schema: api.schema, fragments: document.fragments, variables, type }
}

const subfields = new WeakMap<Run, WeakMap<readonly FieldNode[], Map<GraphQLObjectType, FieldGroups>>>()

/** Collected once per field and type of a run, however long the list is. */
export function subFields(run: Run, type: GraphQLObjectType, nodes: readonly FieldNode[]): FieldGroups {
  const ofRun = subfields.get(run) ?? new WeakMap<readonly FieldNode[], Map<GraphQLObjectType, FieldGroups>>()
  subfields.set(run, ofRun)
  const ofNodes = ofRun.get(nodes) ?? new Map<GraphQLObjectType, FieldGroups>()
  ofRun.set(nodes, ofNodes)
  const known = ofNodes.get(type)
  if (known) return known
  const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
  const collected = collectFields(scopeOf(run, type), sets)
  ofNodes.set(type, collected)
  return collected
}
