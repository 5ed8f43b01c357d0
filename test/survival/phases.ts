import type { Activity } from '../../local/aws/activity.ts'

/** Parts of an order's way in which a process may be killed. */
export const phases = ['write', 'stream', 'saga', 'delete'] as const
export type Phase = (typeof phases)[number]

const marks: Record<Phase, RegExp> = {
  write: /^dynamodb (PutItem|UpdateItem|TransactWriteItems)/,
  stream: /^dynamodbstreams GetRecords|^lambda invoke \S*PushStatus|^appsync (Mutation\.publish|publish )/,
  saga: /^states /,
  delete: /^sqs DeleteMessage/,
}

/** What happened, in a few words. */
export const nameOf = ({ service, what, subject }: Activity): string =>
  `${service} ${what} ${subject ?? ''}`.trim()

/** The phase that an activity belongs to, if it is of any. */
export function phaseOf(activity: Activity): Phase | undefined {
  const name = nameOf(activity)
  return phases.find((phase) => marks[phase].test(name))
}

/** The moment to die: `delay` ms (0: at once) after the `count`th activity of the phase from now on. */
export interface Aim {
  readonly phase: Phase
  readonly count: number
  readonly delay: number
}
