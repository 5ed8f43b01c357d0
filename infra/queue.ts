import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { QueueProps } from 'aws-cdk-lib/aws-sqs'
import { Duration, Validations } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import type { Figures } from './figures.ts'

/** Encrypted at rest by SQS's own key, reached over TLS only. */
function createQueue(stack: Construct, id: string, more: QueueProps = {}): Queue {
  return new Queue(stack, id, { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, ...more })
}

/** A queue for what could not be handled: nothing receives from it, someone has two weeks to look. */
export function createFailureQueue(stack: Construct, id: string): Queue {
  const queue = createQueue(stack, id, { retentionPeriod: Duration.days(14) })
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason: 'It is where failures end; nothing receives from it that could fail in turn.',
  })
  return queue
}

export interface OrderQueue {
  readonly queue: Queue
  readonly deadLetters: Queue
}

/** Orders that wait for their payment, and those whose message kept failing. */
export function createOrderQueue(stack: Construct, figures: Figures): OrderQueue {
  const deadLetters = createFailureQueue(stack, 'DeadLetterQueue')
  const queue = createQueue(stack, 'OrderQueue', {
    visibilityTimeout: Duration.seconds(figures.QueueVisibilityTimeout),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: figures.MaxReceiveCount },
  })
  return { queue, deadLetters }
}
