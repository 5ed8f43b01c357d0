import type { CloudContext } from '../aws/context.ts'
import type { Service } from '../aws/service.ts'
import { changeMessageVisibility, changeMessageVisibilityBatch } from './actions/changeMessageVisibility.ts'
import { createQueue, deleteQueue } from './actions/createQueue.ts'
import { deleteMessage, deleteMessageBatch } from './actions/deleteMessage.ts'
import { getQueueUrl } from './actions/getQueueUrl.ts'
import { listDeadLetterSourceQueues, listQueues } from './actions/listQueues.ts'
import {
  cancelMessageMoveTask,
  listMessageMoveTasks,
  startMessageMoveTask,
} from './actions/messageMoveTasks.ts'
import { purgeQueue } from './actions/purgeQueue.ts'
import { getQueueAttributes, setQueueAttributes } from './actions/queueAttributes.ts'
import { listQueueTags, tagQueue, untagQueue } from './actions/queueTags.ts'
import { receiveMessage } from './actions/receiveMessage.ts'
import { sendMessage } from './actions/sendMessage.ts'
import { sendMessageBatch } from './actions/sendMessageBatch.ts'
import { deployQueues, resourceTypes } from './resources.ts'
import { openSqs, type Sqs } from './sqs.ts'

/** SQS with standard queues, on disk in `<data>/sqs.db`. `validatePolicy` throws for a queue policy that could not be judged. */
export function createSqs(
  context: CloudContext,
  { validatePolicy = () => undefined }: Partial<Pick<Sqs, 'validatePolicy'>> = {},
): Service {
  const sqs = openSqs(context, validatePolicy)
  return {
    name: 'sqs',
    actions: {
      CancelMessageMoveTask: cancelMessageMoveTask(sqs),
      ChangeMessageVisibility: changeMessageVisibility(sqs),
      ChangeMessageVisibilityBatch: changeMessageVisibilityBatch(sqs),
      CreateQueue: createQueue(sqs),
      DeleteMessage: deleteMessage(sqs),
      DeleteMessageBatch: deleteMessageBatch(sqs),
      DeleteQueue: deleteQueue(sqs),
      GetQueueAttributes: getQueueAttributes(sqs),
      GetQueueUrl: getQueueUrl(sqs),
      ListDeadLetterSourceQueues: listDeadLetterSourceQueues(sqs),
      ListMessageMoveTasks: listMessageMoveTasks(sqs),
      ListQueues: listQueues(sqs),
      ListQueueTags: listQueueTags(sqs),
      PurgeQueue: purgeQueue(sqs),
      ReceiveMessage: receiveMessage(sqs),
      SendMessage: sendMessage(sqs),
      SendMessageBatch: sendMessageBatch(sqs),
      SetQueueAttributes: setQueueAttributes(sqs),
      StartMessageMoveTask: startMessageMoveTask(sqs),
      TagQueue: tagQueue(sqs),
      UntagQueue: untagQueue(sqs),
    },
    resourceTypes,
    deploy: (resources) => Promise.resolve().then(() => deployQueues(sqs, resources)),
    start() {
      sqs.meter.start()
      sqs.moves.start()
    },
    stop() {
      sqs.polls.stop()
      sqs.meter.stop()
      sqs.moves.stop()
      sqs.db.close()
    },
  }
}
