import { number, text } from '../../aws/input.ts'
import type { Action, Permission } from '../../aws/service.ts'
import { invalidParameter, invalidValue, missing, notFound } from '../errors.ts'
import type { Move } from '../moves.ts'
import { queueName, type Queue } from '../queues.ts'
import { onQueueNamed, type Sqs } from '../sqs.ts'

const noSource = "The resource that you specified for the SourceArn parameter doesn't exist."
const noDestination = "The resource that you specified for the DestinationArn parameter doesn't exist."

/** Needs what the moving does too: receive and delete on the source, send on the destination. */
export function startMessageMoveTask(sqs: Sqs): Action {
  return {
    permissions(input): Permission[] {
      const source = queueName(text(input, 'SourceArn') ?? '*')
      const destination = text(input, 'DestinationArn')
      const onSource = ['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']
      return [
        ...onSource.flatMap((action) => onQueueNamed(sqs, action, source)),
        ...(destination ? onQueueNamed(sqs, 'SendMessage', queueName(destination)) : []),
      ]
    },
    run(input) {
      const source = sourceOf(sqs, text(input, 'SourceArn'))
      const fed = sqs.queues.all().some(({ redrive }) => redrive?.deadLetterTargetArn === source.arn)
      if (!fed) throw invalidParameter('Source queue must be configured as a Dead Letter Queue.')
      const destination = text(input, 'DestinationArn') ?? null
      if (destination !== null && sqs.queues.named(queueName(destination))?.arn !== destination)
        throw notFound(noDestination)
      const rate = number(input, 'MaxNumberOfMessagesPerSecond') ?? null
      if (rate !== null && !(Number.isInteger(rate) && rate >= 1 && rate <= 500))
        throw invalidValue(rate, 'MaxNumberOfMessagesPerSecond', 'Must be between 1 and 500, if provided.')
      if (sqs.moves.of(source.arn, 10).some((move) => move.status === 'RUNNING'))
        throw invalidParameter(
          'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
        )
      const id = sqs.moves.begin(source, destination, rate)
      return { TaskHandle: taskHandle(id, source.arn) }
    },
  }
}

export function listMessageMoveTasks(sqs: Sqs): Action {
  return {
    permissions: (input) =>
      onQueueNamed(sqs, 'ListMessageMoveTasks', queueName(text(input, 'SourceArn') ?? '*')),
    run(input) {
      const source = sourceOf(sqs, text(input, 'SourceArn'))
      const most = number(input, 'MaxResults') ?? 1
      if (!(Number.isInteger(most) && most >= 1 && most <= 10))
        throw invalidValue(most, 'MaxResults', 'Value must be an integer between 1 and 10.')
      return { Results: sqs.moves.of(source.arn, most).map(shown) }
    },
  }
}

export function cancelMessageMoveTask(sqs: Sqs): Action {
  return {
    permissions: (input) =>
      onQueueNamed(
        sqs,
        'CancelMessageMoveTask',
        queueName(handled(text(input, 'TaskHandle') ?? '')?.source ?? '*'),
      ),
    run(input) {
      const handle = text(input, 'TaskHandle')
      if (!handle) throw missing('TaskHandle')
      const meant = handled(handle)
      if (!meant) throw invalidParameter('Value for parameter TaskHandle is invalid.')
      sourceOf(sqs, meant.source)
      const move = sqs.moves.named(meant.id)
      if (move?.source !== meant.source) throw notFound('Task does not exist.')
      if (move.status !== 'RUNNING') throw invalidParameter('Only active tasks can be cancelled.')
      sqs.moves.cancel(move)
      return { ApproximateNumberOfMessagesMoved: move.moved }
    },
  }
}

function sourceOf(sqs: Sqs, sourceArn: string | undefined): Queue {
  if (!sourceArn) throw missing('SourceArn')
  const queue = sqs.queues.named(queueName(sourceArn))
  if (queue?.arn !== sourceArn) throw notFound(noSource)
  return queue
}

/** AWS's handle is base64 of task and source too. */
function taskHandle(id: string, sourceArn: string): string {
  return Buffer.from(JSON.stringify({ taskId: id, sourceArn })).toString('base64')
}

function handled(handle: string): { id: string; source: string } | undefined {
  const match = /^\{"taskId":"([^"]+)","sourceArn":"([^"]+)"\}$/.exec(
    Buffer.from(handle, 'base64').toString(),
  )
  return match?.[1] && match[2] ? { id: match[1], source: match[2] } : undefined
}

function shown(move: Move): object {
  return {
    ...(move.status === 'RUNNING' && { TaskHandle: taskHandle(move.id, move.source) }),
    Status: move.status,
    SourceArn: move.source,
    ...(move.destination !== null && { DestinationArn: move.destination }),
    ...(move.rate !== null && { MaxNumberOfMessagesPerSecond: move.rate }),
    ApproximateNumberOfMessagesMoved: move.moved,
    ApproximateNumberOfMessagesToMove: move.toMove,
    ...(move.failure !== null && { FailureReason: move.failure }),
    StartedTimestamp: move.started,
  }
}
