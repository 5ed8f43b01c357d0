import { number, text } from '../../aws/input.ts'
import type { Action, Input } from '../../aws/service.ts'
import { invalidValue } from '../errors.ts'
import { queueName, type Queue } from '../queues.ts'
import { onQueue, type Sqs } from '../sqs.ts'

export function listQueues(sqs: Sqs): Action {
  return {
    permissions: () => [{ action: 'sqs:ListQueues', resource: '*' }],
    run(input) {
      const prefix = text(input, 'QueueNamePrefix') ?? ''
      const { urls, next } = page(
        sqs.queues.all().filter((queue) => queue.name.startsWith(prefix)),
        input,
      )
      return { ...(urls.length > 0 && { QueueUrls: urls }), ...next }
    },
  }
}

/** The queues whose redrive policy names this one. */
export function listDeadLetterSourceQueues(sqs: Sqs): Action {
  return {
    permissions: (input) => onQueue(sqs, 'ListDeadLetterSourceQueues', input),
    run(input) {
      const { name } = sqs.queues.of(input)
      const sources = sqs.queues
        .all()
        .filter(({ redrive }) => redrive && queueName(redrive.deadLetterTargetArn) === name)
      const { urls, next } = page(sources, input)
      return { queueUrls: urls, ...next }
    },
  }
}

/** Without MaxResults up to 1,000 and never a NextToken, as AWS. The token is the name the page ended with. */
function page(queues: Queue[], input: Input): { urls: string[]; next: { NextToken?: string } } {
  const asked = number(input, 'MaxResults')
  if (asked !== undefined && !(Number.isInteger(asked) && asked >= 1 && asked <= 1000))
    throw invalidValue(asked, 'MaxResults', 'Value must be an integer between 1 and 1000.')
  const after = Buffer.from(text(input, 'NextToken') ?? '', 'base64').toString()
  const rest = queues.filter((queue) => queue.name > after).sort((a, b) => (a.name < b.name ? -1 : 1))
  const shown = rest.slice(0, asked ?? 1000)
  const last = shown.at(-1)
  const more = asked !== undefined && rest.length > shown.length && last
  return {
    urls: shown.map((queue) => queue.url),
    next: more ? { NextToken: Buffer.from(last.name).toString('base64') } : {},
  }
}
