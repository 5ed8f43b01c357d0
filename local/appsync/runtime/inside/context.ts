import { isMap } from './json.ts'

/** The part of `ctx` that no handler of a field changes. */
export interface StableContext {
  readonly arguments: unknown
  readonly identity: unknown
  readonly source: unknown
  readonly request: unknown
  readonly info: Record<string, unknown>
  readonly env: object
}

/** The part of `ctx` that moves from handler to handler. Absent members stay absent. */
export interface ChangingContext {
  readonly stash: object
  readonly outErrors: readonly unknown[]
  readonly prev?: unknown
  readonly result?: unknown
  readonly error?: unknown
}

/** Members of `ctx.info` that do not show when it is printed. */
const hidden = ['selectionSetList', 'selectionSetGraphQL']

/** `ctx`: its own members are fixed, what they hold may be changed. */
export function makeContext(
  stable: StableContext,
  changing: ChangingContext,
): Readonly<Record<string, unknown>> {
  for (const name of hidden)
    if (isMap(stable.info)) Object.defineProperty(stable.info, name, { enumerable: false })
  return Object.freeze({
    ...stable,
    args: stable.arguments,
    env: Object.freeze(stable.env),
    ...changing,
  })
}
