/** The one call that most tests are about: a worker sends to a queue. */
export const queue = 'arn:aws:sqs:us-east-1:000000000000:jobs'
export const send = { action: 'sqs:SendMessage', resource: queue }

const refused = `User: arn:aws:sts::000000000000:assumed-role/worker/worker-1 is not authorized to perform: sqs:SendMessage on resource: ${queue}`
export const noIdentity = `${refused} because no identity-based policy allows the sqs:SendMessage action`
export const denied = (kind: string): string => `${refused} with an explicit deny in ${kind} policy`

export const allow = (more: object = {}): object => ({
  Effect: 'Allow',
  Action: 'sqs:SendMessage',
  Resource: queue,
  ...more,
})
export const deny = (more: object = {}): object => ({ ...allow(more), Effect: 'Deny' })
