/** What a handler did besides answering, collected for the outside. */
export interface Effects {
  readonly appended: { message: string; errorType: unknown; data: unknown; errorInfo: unknown }[]
  readonly headers: { name: unknown; value: unknown }[]
  readonly logs: { level: string; message: string }[]
  readonly invalidations: { subscriptionField: string; payload: unknown }[]
  subscriptionFilter?: unknown
  invalidationFilter?: unknown
}

/** Facts about the running call that utilities answer from. */
export interface CallFacts {
  readonly authType: string
  readonly fieldName: string
  readonly parentTypeName: string
}

export let effects: Effects = empty()
export let facts: CallFacts = { authType: '', fieldName: '', parentTypeName: '' }

function empty(): Effects {
  return { appended: [], headers: [], logs: [], invalidations: [] }
}

export function beginCall(about: CallFacts): void {
  effects = empty()
  facts = about
}
