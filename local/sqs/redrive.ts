import { redrivePolicyOf, type Attributes } from './attributes.ts'
import { invalidParameter } from './errors.ts'
import { queueName, type Queues } from './queues.ts'

/** Throws when `attributes` bring a redrive policy whose dead-letter queue is not there or does not take from `sourceArn`. */
export function checkRedrive(queues: Queues, sourceArn: string, attributes: Attributes): void {
  const policy = redrivePolicyOf(attributes.RedrivePolicy)
  if (!policy) return
  const fault = redriveFault(queues, sourceArn, policy.deadLetterTargetArn)
  if (fault)
    throw invalidParameter(
      `Value ${attributes.RedrivePolicy ?? ''} for parameter RedrivePolicy is invalid. Reason: ${fault}`,
    )
}

function redriveFault(queues: Queues, sourceArn: string, targetArn: string): string | undefined {
  const target = queues.named(queueName(targetArn))
  if (target?.arn !== targetArn) return 'Dead letter target does not exist.'
  const allow = target.redriveAllow
  const allowed =
    !allow ||
    allow.redrivePermission === 'allowAll' ||
    (allow.redrivePermission === 'byQueue' && allow.sourceQueueArns.includes(sourceArn))
  return allowed ? undefined : 'Dead letter target does not allow this queue as a source queue.'
}
